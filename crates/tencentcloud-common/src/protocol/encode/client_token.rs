//! The token that makes a request safe to repeat.

use crate::protocol::model::{Field, Model, Mut};
use crate::runtime::Random;
use crate::runtime::random::uuid;

/// Whether the request carries a `ClientToken`; with `fill`, one is made up when the request can
/// carry one and has none. The service carries out only the first of two requests with the same
/// token.
pub(crate) fn ensure(request: &mut dyn Model, fill: bool, random: &dyn Random) -> bool {
    let names = request.table().members;
    let Some(index) = names.iter().position(|name| *name == "ClientToken") else { return false };
    let mut carries = false;
    request.fields_mut(&mut |fields: &mut [&mut dyn Field]| {
        let Some(Mut::Str(token)) = fields.get_mut(index).map(|field| field.get_mut()) else {
            return;
        };
        let empty = token.as_deref().is_none_or(str::is_empty);
        if fill && empty {
            *token = Some(uuid(random));
        }
        carries = fill || !empty;
    });
    carries
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
    fn a_token_is_made_up_only_where_there_is_none() {
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
