/// What a waiter polls, and which states end it.
///
/// Generated code has one `static` per waiter, with the names of the API. The generator checks them
/// against the specification; a name that a request or response does not have is an error of the
/// wait.
#[derive(Debug)]
pub struct Waiter {
    /// The name, such as `instance_running`, for errors and events.
    pub name: &'static str,
    /// The member of the request for the ids: a list of strings, a string, an integer, or, with a
    /// `filter`, a list of filters.
    pub ids: &'static str,
    /// The name of the filter whose values are the ids.
    pub filter: Option<&'static str>,
    /// How many ids a request accepts.
    pub max_ids: usize,
    /// The member of the request that is set to the number of ids.
    pub limit: Option<&'static str>,
    /// The member of the response that lists the items; `None` if the state is a member of the
    /// response itself.
    pub items: Option<&'static str>,
    /// The member of an item for its id.
    pub id: &'static str,
    /// The member for the state.
    pub state: &'static str,
    /// The states that end the wait, as text.
    pub success: &'static [&'static str],
    /// The states that end the wait with an error, as text.
    pub failure: &'static [&'static str],
    /// Whether an id that is absent has reached its state. Otherwise the wait goes on.
    pub absent_is_success: bool,
    /// The member of an item for the request id of its latest operation.
    pub request_id: Option<&'static str>,
    /// The member for the progress in percent.
    pub percent: Option<&'static str>,
    /// The member for the text that explains a failure.
    pub message: Option<&'static str>,
    /// The error codes, and their classes, that end the wait with an error.
    pub failure_codes: &'static [&'static str],
    /// The time between two polls, in seconds.
    pub interval: u64,
    /// The longest wait, in seconds.
    pub max_wait: u64,
}

impl Waiter {
    /// A waiter without names. Generated code sets those that differ.
    pub const DEFAULT: Self = Self {
        name: "",
        ids: "",
        filter: None,
        max_ids: 100,
        limit: None,
        items: None,
        id: "",
        state: "",
        success: &[],
        failure: &[],
        absent_is_success: false,
        request_id: None,
        percent: None,
        message: None,
        failure_codes: &[],
        interval: 5,
        max_wait: 600,
    };
}
