//! The responses to valid calls.
//!
//! An action that is stateful changes the account. All other responses follow from the
//! specification, the rows of the account and the parameters, without code for the action.

mod chat_completions;
mod filters;
mod listing;
mod pagination;
mod placeholder;
mod selection;
mod service_rules;

use crate::account::Account;
use crate::api_error::ApiError;
use crate::call::Call;
use crate::operations;
use crate::response::Content;

/// Returns the content of the response to a call.
pub(crate) fn respond(account: &mut Account, call: &Call<'_>) -> Result<Content, ApiError> {
    if chat_completions::matches(call) {
        return Ok(chat_completions::respond(call));
    }
    if let Some(result) = operations::run(account, call) {
        return result.map(Content::Members);
    }
    if call.is_read_only() {
        if let Some(listing) = listing::Listing::find(call) {
            return listing.respond(account, call).map(Content::Members);
        }
        if let Some(members) = listing::describe_one(account, call) {
            return members.map(Content::Members);
        }
    }
    Ok(Content::Members(placeholder::Placeholder::new(call).response()))
}

#[cfg(test)]
mod tests;
