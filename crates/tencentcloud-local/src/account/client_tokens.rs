//! The responses to calls with a client token, which repeated calls get again.

use std::collections::{HashMap, VecDeque};

use serde_json::{Map, Value};

/// How many responses are kept.
const MAX_TOKENS: usize = 10_000;

/// A call with a client token. Calls that are equal in all parts are one call that is repeated.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TokenKey {
    pub(crate) service: String,
    pub(crate) action: String,
    pub(crate) region: String,
    pub(crate) token: String,
}

/// The responses to the last calls with a client token.
#[derive(Debug, Default)]
pub(crate) struct ClientTokens {
    responses: HashMap<TokenKey, Map<String, Value>>,
    /// The calls, oldest first.
    order: VecDeque<TokenKey>,
}

impl ClientTokens {
    /// Returns the response to an earlier call.
    pub(crate) fn find(&self, key: &TokenKey) -> Option<&Map<String, Value>> {
        self.responses.get(key)
    }

    /// Keeps a response, and forgets the oldest one if there are too many.
    pub(crate) fn add(&mut self, key: TokenKey, response: Map<String, Value>) {
        self.order.push_back(key.clone());
        self.responses.insert(key, response);
        if self.order.len() > MAX_TOKENS
            && let Some(oldest) = self.order.pop_front()
        {
            self.responses.remove(&oldest);
        }
    }
}
