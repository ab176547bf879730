mod secrecy;

use std::error::Error as _;

use super::test_util::{HandClock, Source};
use std::sync::Arc;

use super::*;

#[test]
fn wrappers_pass_a_refusal_on() {
    let source = Source::new(&HandClock::new(), None);
    let credential = Credential::new("id", "key").unwrap();
    credential.invalidate(&credential);
    let wrapped: Box<dyn ProvideCredential> = Box::new(Arc::new(source.clone()));
    wrapped.invalidate(&credential);
    assert_eq!(*source.0.refused.lock().unwrap(), ["id"]);
}

#[test]
fn an_error_is_one_line_and_keeps_its_reason() {
    let error = ProviderError::new("vault", "sealed:\n  ask  again\r\n");
    assert_eq!(error.to_string(), "vault: sealed: ask again");
    let inner = ProviderError::new("outer", error.clone());
    let source = inner.source().unwrap().downcast_ref::<ProviderError>().unwrap();
    assert_eq!(source.provider(), "vault");
}

#[test]
fn a_wrong_clock_or_policy_is_no_fault_of_the_credential() {
    assert!(rejects_credential("AuthFailure.TokenFailure"));
    assert!(rejects_credential("AuthFailure.SecretIdNotFound"));
    for code in [
        "AuthFailure.SignatureExpire",
        "AuthFailure.SignatureFailure",
        "AuthFailure",
        "AuthFailure.UnauthorizedOperation",
        "UnauthorizedOperation",
        "AuthFailure.TokenFailureX",
    ] {
        assert!(!rejects_credential(code), "{code}");
    }
}
