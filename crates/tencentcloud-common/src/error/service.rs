/// An error that the API answered.
#[derive(Debug)]
pub(crate) struct ServiceError {
    pub(crate) code: String,
    pub(crate) message: String,
}

impl ServiceError {
    /// Whether the code is `class` or one of its sub-codes: `RequestLimitExceeded` and
    /// `RequestLimitExceeded.UinLimitExceeded`, but not `RequestLimitExceededOfToday`.
    pub(crate) fn has_class(&self, class: &str) -> bool {
        self.code.split('.').next() == Some(class)
    }
}
