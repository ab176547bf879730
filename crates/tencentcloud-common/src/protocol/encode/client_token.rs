//! `ClientToken`, the idempotency token of a request.

use crate::protocol::model::{Model, Mut, member};
use crate::runtime::Random;
use crate::runtime::random::uuid;

/// Returns whether the request has a `ClientToken`. With `fill`, generates one if the request has
/// the member and it is not set. The service executes only the first of two requests with the same
/// token.
pub(crate) fn ensure(request: &mut dyn Model, fill: bool, random: &dyn Random) -> bool {
    let mut has_token = false;
    member::write(request, "ClientToken", &mut |member| {
        let Mut::Str(token) = member else { return };
        let is_empty = token.as_deref().is_none_or(str::is_empty);
        if fill && is_empty {
            *token = Some(uuid(random));
        }
        has_token = fill || !is_empty;
    });
    has_token
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::SystemRandom;
    use crate::table;

    #[derive(Clone, Default)]
    struct Create {
        name: Option<String>,
        client_token: Option<String>,
    }
    table!(Create { "Name": name, "ClientToken": client_token });

    #[derive(Clone, Default)]
    struct Delete {
        name: Option<String>,
    }
    table!(Delete { "Name": name });

    #[test]
    fn a_token_is_generated_only_when_none_is_set() {
        let mut request = Create { name: Some("a".into()), client_token: None };
        assert!(!ensure(&mut request, false, &SystemRandom));
        assert_eq!(request.client_token, None);
        assert!(ensure(&mut request, true, &SystemRandom));
        assert_eq!(request.client_token.as_ref().unwrap().len(), 36);
        let mut own = Create { client_token: Some("mine".into()), ..Create::default() };
        assert!(ensure(&mut own, false, &SystemRandom));
        assert!(ensure(&mut own, true, &SystemRandom));
        assert_eq!(own.client_token.as_deref(), Some("mine"));
        assert!(!ensure(&mut Delete::default(), true, &SystemRandom));
    }
}
