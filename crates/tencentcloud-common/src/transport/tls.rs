//! Whom to trust.

use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier;

use super::{TransportError, TransportErrorKind};
use crate::profile::HttpProfile;

/// TLS with ring, passed explicitly: no process-wide provider is used or installed.
pub(super) fn config(profile: &HttpProfile) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let verifier: Arc<dyn ServerCertVerifier> = if profile.danger_certification_off() {
        tracing::warn!(
            "certificates are not verified (danger_certification_off): anybody on the way can \
             read and change requests and answers"
        );
        Arc::new(Anybody(Arc::clone(&provider)))
    } else {
        platform(profile, Arc::clone(&provider)).map_err(unusable)?
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}

#[cfg(not(target_os = "android"))]
fn platform(
    profile: &HttpProfile,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    let extra = profile.certificates().iter().cloned();
    Ok(Arc::new(Verifier::new_with_extra_roots(extra, provider)?))
}

#[cfg(target_os = "android")]
fn platform(
    profile: &HttpProfile,
    provider: Arc<CryptoProvider>,
) -> Result<Arc<dyn ServerCertVerifier>, rustls::Error> {
    if profile.certificates().is_empty() {
        return Ok(Arc::new(Verifier::new(provider)?));
    }
    Err(rustls::Error::General(
        "certification is not available on Android: add the certificate to the system".to_owned(),
    ))
}

fn unusable(error: rustls::Error) -> TransportError {
    TransportError::new(TransportErrorKind::Unusable, error)
}

/// Accepts the certificate of anybody; that its owner signed the handshake is still verified.
#[derive(Debug)]
struct Anybody(Arc<CryptoProvider>);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
