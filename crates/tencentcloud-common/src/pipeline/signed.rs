//! The request of one attempt, signed now.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::headers::{LANGUAGE, REQUEST_CLIENT, request_client, secret_value, value};
use super::prepare::Prepared;
use crate::credential::Credential;
use crate::encode::{self, Encoded, Prepared as Wire};
use crate::error::Error;
use crate::profile::Endpoint;
use crate::random;
use crate::sign::{tc3, v1};

/// A request, and the signature that must not be shown.
pub(super) struct Signed {
    pub(super) request: http::Request<Bytes>,
    pub(super) signature: String,
}

impl Prepared<'_> {
    /// Signs for an endpoint, at this time in seconds since 1970.
    pub(super) fn sign(
        &self,
        endpoint: &Endpoint,
        mut headers: HeaderMap,
        credential: Option<&Credential>,
        timestamp: u64,
    ) -> Result<Signed, Error> {
        match (&*self.wire, credential) {
            (Wire::Whole(encoded), credential) => {
                self.with_header(endpoint, headers, encoded, credential, timestamp)
            }
            (Wire::V1 { method, algorithm, parameters }, Some(credential)) => {
                // What the caller or an interceptor set as a header is a parameter here.
                let mut own = |name| {
                    let value: HeaderValue = headers.remove(name)?;
                    Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
                };
                let client = own(REQUEST_CLIENT).unwrap_or_else(|| request_client(self.shared));
                let language = own(LANGUAGE);
                let language = language.as_deref().unwrap_or(self.language.as_str());
                let region = self.region.as_str();
                let encoded = encode::v1::encode(
                    &v1::Request {
                        algorithm: *algorithm,
                        method: method.as_str(),
                        host: endpoint.authority(),
                        action: &self.action,
                        version: &self.shared.version,
                        region: Some(region).filter(|region| !region.is_empty()),
                        timestamp,
                        nonce: random::nonce(&*self.shared.random),
                        language: Some(language),
                        request_client: Some(&client),
                        parameters,
                    },
                    credential,
                )?;
                let form = match encoded.query.as_str() {
                    "" => String::from_utf8_lossy(&encoded.body),
                    query => Cow::Borrowed(query),
                };
                let (_, signature) = form.rsplit_once("Signature=").unwrap_or_default();
                let signature = signature.to_owned();
                Ok(Signed { request: self.request(endpoint, headers, &encoded)?, signature })
            }
            // Cannot be: what is not signed is never prepared so.
            (Wire::V1 { .. }, None) => {
                Err(Error::invalid_input("a call without a credential cannot be signed"))
            }
        }
    }

    /// Signs in the header `Authorization`, or says there that nothing is signed.
    fn with_header(
        &self,
        endpoint: &Endpoint,
        mut headers: HeaderMap,
        encoded: &Encoded,
        credential: Option<&Credential>,
        timestamp: u64,
    ) -> Result<Signed, Error> {
        let unsigned_payload = self.shared.profile.unsigned_payload();
        let authorization = match credential {
            None => "SKIP".to_owned(),
            Some(credential) => {
                let service = &*self.shared.service;
                let key = self.account.keys.get(credential, &tc3::date(timestamp)?, service);
                let signed = tc3::Request {
                    method: encoded.method.as_str(),
                    query: &encoded.query,
                    content_type: &encoded.content_type,
                    host: endpoint.authority(),
                    payload: if unsigned_payload {
                        tc3::Payload::Unsigned
                    } else {
                        tc3::Payload::Bytes(&encoded.body)
                    },
                    timestamp,
                    service,
                };
                tc3::authorization_with_key(&signed, credential.secret_id(), &key)?
            }
        };
        headers.insert("x-tc-timestamp", HeaderValue::from(timestamp));
        if let Some(token) = credential.and_then(Credential::token) {
            headers.insert("x-tc-token", secret_value("the token", token)?);
        }
        if unsigned_payload && credential.is_some() {
            let unsigned = HeaderValue::from_static(tc3::UNSIGNED_PAYLOAD);
            headers.insert("x-tc-content-sha256", unsigned);
        }
        headers.insert(header::AUTHORIZATION, secret_value("the signature", &authorization)?);
        let (_, signature) = authorization.rsplit_once('=').unwrap_or_default();
        Ok(Signed {
            request: self.request(endpoint, headers, encoded)?,
            signature: signature.to_owned(),
        })
    }

    /// The request as it is sent. An API gateway stands in for the endpoint only here: what is
    /// signed is what the service behind it sees.
    fn request(
        &self,
        endpoint: &Endpoint,
        mut headers: HeaderMap,
        encoded: &Encoded,
    ) -> Result<http::Request<Bytes>, Error> {
        let gateway = self.shared.profile.http_profile().apigw_endpoint();
        let target = gateway.unwrap_or(endpoint);
        let mut url = target.to_string();
        if !encoded.query.is_empty() {
            url.push('?');
            url.push_str(&encoded.query);
        }
        headers.insert(header::CONTENT_TYPE, value("the form", &encoded.content_type)?);
        headers.insert(header::HOST, value("the host", target.authority())?);
        let mut request = http::Request::builder()
            .method(&encoded.method)
            .uri(url)
            .body(encoded.body.clone())
            // Not shown: the query can hold a signature.
            .map_err(|_| Error::invalid_input("endpoint and parameters make no URL"))?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}
