//! Rules and error codes in which the services differ.

use crate::api_error::ApiError;
use crate::call::Call;
use crate::resource_id::is_well_formed;

/// How many filters one request to cvm can have.
const CVM_MAX_FILTERS: usize = 10;

/// How many values one filter of cvm can have.
const CVM_MAX_FILTER_VALUES: usize = 5;

/// The ids whose format cvm checks: parameter, prefix, error code.
const CVM_IDS: [(&str, &str, &str); 3] = [
    ("InstanceIds", "ins-", "InvalidInstanceId.Malformed"),
    ("ImageIds", "img-", "InvalidImageId.Malformed"),
    ("KeyIds", "skey-", "InvalidKeyPairId.Malformed"),
];

/// The rules of one service.
#[derive(Clone, Copy, Debug)]
pub(super) struct ServiceRules<'a> {
    service: &'a str,
}

impl<'a> ServiceRules<'a> {
    /// Returns the rules of the service that is called.
    pub(super) fn of(call: &Call<'a>) -> Self {
        Self { service: &call.spec.service }
    }

    /// Returns the error for a filter that the action does not have.
    pub(super) fn unknown_filter(self, name: &str, available: &[&str]) -> ApiError {
        let code = match self.service {
            "vpc" => "InvalidParameter.FilterInvalidKey",
            _ => "InvalidFilter",
        };
        ApiError::UnknownFilter { code, name: name.to_owned(), available: available.join(", ") }
    }

    /// Returns the error for ids and filters in one request.
    pub(super) fn ids_and_filters(self, ids: &str) -> ApiError {
        let code = match self.service {
            "vpc" => "InvalidParameter.Coexist",
            _ => "InvalidParameter",
        };
        ApiError::IdsAndFilters { code, ids: ids.to_owned() }
    }

    /// Returns the error for an id that does not exist, or `None` if the service leaves such an id
    /// out of the response.
    pub(super) fn unknown_id(self, parameter: &str, id: &str) -> Option<ApiError> {
        (self.service == "vpc").then(|| ApiError::unknown_id("ResourceNotFound", parameter, id))
    }

    /// Checks the format of an id, if the service does.
    pub(super) fn check_id(self, parameter: &str, id: &str) -> Result<(), ApiError> {
        if self.service != "cvm" {
            return Ok(());
        }
        let rule = CVM_IDS.into_iter().find(|(name, ..)| *name == parameter);
        let Some((_, prefix, code)) = rule else { return Ok(()) };
        if is_well_formed(id, prefix) {
            return Ok(());
        }
        Err(ApiError::MalformedId {
            code,
            parameter: parameter.to_owned(),
            id: id.to_owned(),
            prefix,
        })
    }

    /// Checks the number of filters, and the largest number of values of a filter.
    pub(super) fn check_filter_counts(self, filters: usize, values: usize) -> Result<(), ApiError> {
        if self.service != "cvm" || (filters <= CVM_MAX_FILTERS && values <= CVM_MAX_FILTER_VALUES)
        {
            return Ok(());
        }
        Err(ApiError::TooManyFilters { filters: CVM_MAX_FILTERS, values: CVM_MAX_FILTER_VALUES })
    }
}
