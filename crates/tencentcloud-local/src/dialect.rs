//! What the services say in different words.

use crate::refusal::Refusal;

/// The most filters that cvm takes in one request, and the most values of one filter.
const CVM_FILTERS: usize = 10;
const CVM_FILTER_VALUES: usize = 5;

/// The ids of cvm whose form it checks: parameter, prefix, error code.
const CVM_IDS: [(&str, &str, &str); 3] = [
    ("InstanceIds", "ins-", "InvalidInstanceId.Malformed"),
    ("ImageIds", "img-", "InvalidImageId.Malformed"),
    ("KeyIds", "skey-", "InvalidKeyPairId.Malformed"),
];

/// How one service differs from the others.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect<'a>(pub(crate) &'a str);

impl Dialect<'_> {
    /// The filter is not one that the action knows.
    pub(crate) fn unknown_filter(self, name: &str, known: &[&str]) -> Refusal {
        let code = match self.0 {
            "vpc" => "InvalidParameter.FilterInvalidKey",
            _ => "InvalidFilter",
        };
        let known = known.join(", ");
        Refusal::new(code, format!("There is no filter `{name}`; there are: {known}."))
    }

    /// Ids and filters in one request.
    pub(crate) fn ids_and_filters(self, ids: &str) -> Refusal {
        let code = match self.0 {
            "vpc" => "InvalidParameter.Coexist",
            _ => "InvalidParameter",
        };
        Refusal::new(code, format!("`{ids}` and `Filters` cannot be given together."))
    }

    /// Whether an id that no resource has is an error, or only absent from the answer.
    pub(crate) fn unknown_id(self, parameter: &str, id: &str) -> Option<Refusal> {
        (self.0 == "vpc").then(|| {
            let message = format!("`{parameter}` holds `{id}`, which does not exist here.");
            Refusal::new("ResourceNotFound", message)
        })
    }

    /// That an id has the form that the service insists on.
    pub(crate) fn check_id(self, parameter: &str, id: &str) -> Result<(), Refusal> {
        if self.0 != "cvm" {
            return Ok(());
        }
        let rule = CVM_IDS.into_iter().find(|(name, ..)| *name == parameter);
        let Some((_, prefix, code)) = rule else { return Ok(()) };
        let rest = id.strip_prefix(prefix).unwrap_or_default();
        if rest.len() == 8 && rest.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()) {
            return Ok(());
        }
        let message =
            format!("`{parameter}` holds `{id}`, which is not of the form {prefix}xxxxxxxx.");
        Err(Refusal::new(code, message))
    }

    /// That there are not too many filters or values.
    pub(crate) fn check_filter_counts(
        self,
        filters: usize,
        most_values: usize,
    ) -> Result<(), Refusal> {
        if self.0 != "cvm" || (filters <= CVM_FILTERS && most_values <= CVM_FILTER_VALUES) {
            return Ok(());
        }
        let message = format!("At most {CVM_FILTERS} filters of {CVM_FILTER_VALUES} values each.");
        Err(Refusal::new("InvalidFilterValue.LimitExceeded", message))
    }
}
