//! TLS settings and the verification of certificates.

use std::sync::{Arc, OnceLock};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier as PlatformVerifier;

use super::{TransportError, TransportErrorKind, certificates};
use crate::profile::HttpProfile;

/// Creates the TLS settings of a profile. ring is passed explicitly, so that no process-wide provider
/// is used or installed.
pub(super) fn config(profile: &HttpProfile) -> Result<ClientConfig, TransportError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let trust = if profile.danger_certification_off() {
        tracing::warn!(
            "certificates are not verified (danger_certification_off): anyone on the network path \
             can read and change requests and responses"
        );
        Trust::AllServers
    } else {
        let extra = certificates::read(profile.certificates())?;
        Trust::Platform { extra, verifier: OnceLock::new() }
    };
    let verifier = Arc::new(Verifier { provider: Arc::clone(&provider), trust });
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| TransportError::new(TransportErrorKind::Unusable, error))?
        .dangerous()
        .with_custom_certificate_verifier(verifier)
        .with_no_client_auth();
    Ok(config)
}

/// Verifies certificates as the profile sets. Even without verification, a server must prove that it
/// has the private key of its certificate.
#[derive(Debug)]
struct Verifier {
    provider: Arc<CryptoProvider>,
    trust: Trust,
}

#[derive(Debug)]
enum Trust {
    AllServers,
    /// The root certificates of the platform, and additional ones. They are loaded when the first
    /// certificate is verified, because plain HTTP does not need them. An error is kept.
    Platform {
        extra: Vec<CertificateDer<'static>>,
        verifier: OnceLock<Result<PlatformVerifier, rustls::Error>>,
    },
}

#[cfg(not(target_os = "android"))]
fn platform_verifier(
    extra: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> Result<PlatformVerifier, rustls::Error> {
    PlatformVerifier::new_with_extra_roots(extra.iter().cloned(), provider)
}

#[cfg(target_os = "android")]
fn platform_verifier(
    extra: &[CertificateDer<'static>],
    provider: Arc<CryptoProvider>,
) -> Result<PlatformVerifier, rustls::Error> {
    if extra.is_empty() {
        return PlatformVerifier::new(provider);
    }
    Err(rustls::Error::General(
        "certification is not supported on Android: add the certificate to the system".to_owned(),
    ))
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let (extra, verifier) = match &self.trust {
            Trust::AllServers => return Ok(ServerCertVerified::assertion()),
            Trust::Platform { extra, verifier } => (extra, verifier),
        };
        match verifier.get_or_init(|| platform_verifier(extra, Arc::clone(&self.provider))) {
            Ok(verifier) => verifier.verify_server_cert(
                end_entity,
                intermediates,
                server_name,
                ocsp_response,
                now,
            ),
            Err(error) => Err(rustls::Error::General(format!(
                "the root certificates of this machine cannot be read: {error}"
            ))),
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
