mod redaction;

use std::error::Error as _;

use super::test_util::{FakeSource, ManualClock};
use std::sync::Arc;

use super::*;

#[test]
fn wrappers_forward_invalidation() {
    let source = FakeSource::new(&ManualClock::new(), None);
    let credential = Credential::new("id", "key").unwrap();
    credential.invalidate(&credential);
    let wrapped: Box<dyn ProvideCredential> = Box::new(Arc::new(source.clone()));
    wrapped.invalidate(&credential);
    assert_eq!(*source.0.invalidated.lock().unwrap(), ["id"]);
}

#[test]
fn error_is_one_line_and_keeps_its_source() {
    let error = ProviderError::new("vault", "sealed:\n  ask  again\r\n");
    assert_eq!(error.to_string(), "vault: sealed: ask again");
    let inner = ProviderError::new("outer", error.clone());
    let source = inner.source().unwrap().downcast_ref::<ProviderError>().unwrap();
    assert_eq!(source.provider(), "vault");
}

#[test]
fn wrong_clock_or_policy_does_not_reject_the_credential() {
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
