//! Reads the additional trusted certificates of a profile.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::{self, PemObject};

use super::{TransportError, TransportErrorKind};
use crate::profile::CertificateSource;

/// The maximum size of a file in bytes. A device such as `/dev/zero` has no end.
const MAX_SIZE: usize = 16 * 1024 * 1024;

/// The error of certificates that cannot be used.
#[derive(Debug, thiserror::Error)]
enum CertificateError {
    #[error("{origin} cannot be read: {source}")]
    Unreadable { origin: String, source: io::Error },
    // Without a source, because some texts of `pem::Error` are lists of numbers.
    #[error("{origin} is not PEM: {reason}")]
    NotPem { origin: String, reason: String },
    #[error("{origin} is larger than 16 MiB: expected certificates in PEM")]
    TooLarge { origin: String },
    #[error("{origin} contains no certificate: expected text with -----BEGIN CERTIFICATE-----")]
    Empty { origin: String },
    #[error("certificate {number} in {origin} is invalid: {source}")]
    Invalid { origin: String, number: usize, source: rustls::Error },
}

/// Reads all certificates.
///
/// # Errors
///
/// [`Unusable`](TransportErrorKind::Unusable), with the file or the setting, when certificates cannot
/// be read.
pub(super) fn read(
    sources: &[CertificateSource],
) -> Result<Vec<CertificateDer<'static>>, TransportError> {
    let mut all = Vec::new();
    for source in sources {
        all.extend(
            read_one(source)
                .map_err(|error| TransportError::new(TransportErrorKind::Unusable, error))?,
        );
    }
    Ok(all)
}

/// Reads a file until one byte above the maximum size.
fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    let limit = u64::try_from(MAX_SIZE).unwrap_or(u64::MAX).saturating_add(1);
    let mut bytes = Vec::new();
    File::open(path)?.take(limit).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn read_one(source: &CertificateSource) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    let (bytes, origin) = match source {
        CertificateSource::Pem(bytes) => (bytes.clone(), "certification_pem".to_owned()),
        CertificateSource::File { path, setting } => {
            let origin = format!("the file \"{}\" of {setting}", path.display());
            match read_file(path) {
                Ok(bytes) if bytes.len() > MAX_SIZE => {
                    return Err(CertificateError::TooLarge { origin });
                }
                Ok(bytes) => (bytes, origin),
                Err(source) => return Err(CertificateError::Unreadable { origin, source }),
            }
        }
    };
    // Some editors write a byte order mark before the first line.
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&bytes);
    let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text).collect();
    let certificates = match certificates {
        Ok(certificates) if certificates.is_empty() => {
            return Err(CertificateError::Empty { origin });
        }
        Ok(certificates) => certificates,
        Err(error) => {
            let reason = match &error {
                // The text of this error shows the line as a list of numbers.
                pem::Error::MissingSectionEnd { .. } => {
                    "the line -----END CERTIFICATE----- is missing".to_owned()
                }
                other => other.to_string(),
            };
            return Err(CertificateError::NotPem { origin, reason });
        }
    };
    let mut roots = RootCertStore::empty();
    for (index, certificate) in certificates.iter().enumerate() {
        if let Err(source) = roots.add(certificate.clone()) {
            return Err(CertificateError::Invalid { origin, number: index + 1, source });
        }
    }
    Ok(certificates)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::chain;
    use crate::profile::ClientProfile;
    use crate::runtime::Environment;
    use crate::transport::ReqwestTransport;

    #[test]
    fn errors_name_the_source_and_the_reason() {
        let pem = |text: &str| CertificateSource::Pem(text.into());
        let begin = "-----BEGIN CERTIFICATE-----\n";
        let end = "-----END CERTIFICATE-----\n";
        let missing_end =
            "certification_pem is not PEM: the line -----END CERTIFICATE----- is missing";
        let cases = [
            (
                CertificateSource::File { path: "no/such.pem".into(), setting: "certification" },
                "the file \"no/such.pem\" of certification cannot be read",
            ),
            (pem("nothing"), "certification_pem contains no certificate"),
            (pem(&format!("{begin}?\n{end}")), "certification_pem is not PEM"),
            (pem(&format!("{begin}AAAA\n")), missing_end),
            (pem(&format!("{begin}AAAA\n{end}")), "certificate 1 in certification_pem is invalid"),
        ];
        for (source, expected) in cases {
            let error = read(&[source]).unwrap_err();
            assert_eq!(error.kind(), TransportErrorKind::Unusable);
            assert!(chain(&error).contains(expected), "{expected}: {}", chain(&error));
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_file_without_an_end_is_rejected() {
        let path = "/dev/zero".into();
        let source = CertificateSource::File { path, setting: "certification" };
        let text = chain(&read(&[source]).unwrap_err());
        assert!(text.contains("\"/dev/zero\" of certification is larger than 16 MiB"), "{text}");
    }

    #[test]
    fn a_transport_with_unusable_certificates_is_not_created() {
        let environment = Environment::from_fn(|name| {
            (name == "TENCENTCLOUD_CA_BUNDLE").then(|| "no/such.pem".to_owned())
        });
        let profile = ClientProfile::from_environment(&environment).unwrap();
        let error = ReqwestTransport::new(profile.http_profile()).unwrap_err();
        assert_eq!(error.kind(), TransportErrorKind::Unusable);
        let expected = "the file \"no/such.pem\" of TENCENTCLOUD_CA_BUNDLE cannot be read";
        assert!(chain(&error).contains(expected), "{}", chain(&error));
    }
}
