use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, header};

use super::headers::request_client;
use super::prepared_call::PreparedCall;
use crate::credentials::Credential;
use crate::error::Error;
use crate::profile::{Endpoint, SignMethod};
use crate::protocol::encode::{EncodedRequest, HttpParts};
use crate::protocol::headers::{
    CONTENT_SHA256, LANGUAGE, REQUEST_CLIENT, TIMESTAMP, TOKEN, UNSIGNED, secret_value, value,
};
use crate::protocol::query::Pair;
use crate::runtime::random;
use crate::sign::{tc3, v1};

/// The request of one attempt, and its signature, which must not be shown.
pub(super) struct SignedRequest {
    pub(super) request: http::Request<Bytes>,
    pub(super) signature: String,
}

impl SignedRequest {
    /// Signs for an endpoint, at a time in seconds since 1970.
    pub(super) fn new(
        call: &PreparedCall<'_>,
        endpoint: &Endpoint,
        headers: HeaderMap,
        credential: Option<&Credential>,
        timestamp: u64,
    ) -> Result<Self, Error> {
        let signer = Signer { call, endpoint, timestamp };
        match (&*call.encoded, credential) {
            (EncodedRequest::Complete(parts), credential) => {
                signer.sign_in_header(headers, parts, credential)
            }
            (EncodedRequest::V1 { method, sign_method, parameters }, Some(credential)) => {
                signer.sign_in_parameters(headers, method, *sign_method, parameters, credential)
            }
            // Unreachable: a call without a signature is encoded as for TC3.
            (EncodedRequest::V1 { .. }, None) => {
                Err(Error::invalid_input("a call without a credential cannot be signed"))
            }
        }
    }
}

struct Signer<'a> {
    call: &'a PreparedCall<'a>,
    endpoint: &'a Endpoint,
    timestamp: u64,
}

impl Signer<'_> {
    /// Signs in the header `Authorization`, which also tells that a request is not signed.
    fn sign_in_header(
        &self,
        mut headers: HeaderMap,
        parts: &HttpParts,
        credential: Option<&Credential>,
    ) -> Result<SignedRequest, Error> {
        let Self { call, endpoint, timestamp } = *self;
        let unsigned_payload = call.shared.profile.unsigned_payload();
        let authorization = match credential {
            None => UNSIGNED.to_owned(),
            Some(credential) => {
                let service = &*call.shared.service;
                let date = tc3::date(timestamp)?;
                let key = call.account.signing_keys.get(credential, &date, service);
                let to_sign = tc3::Request {
                    method: parts.method.as_str(),
                    query: &parts.query,
                    content_type: &parts.content_type,
                    host: endpoint.authority(),
                    payload: if unsigned_payload {
                        tc3::Payload::Unsigned
                    } else {
                        tc3::Payload::Bytes(&parts.body)
                    },
                    timestamp,
                    service,
                };
                tc3::authorization_with_key(&to_sign, credential.secret_id(), &key)?
            }
        };
        headers.insert(TIMESTAMP, HeaderValue::from(timestamp));
        if let Some(token) = credential.and_then(Credential::token) {
            headers.insert(TOKEN, secret_value("the token", token)?);
        }
        if unsigned_payload && credential.is_some() {
            headers.insert(CONTENT_SHA256, HeaderValue::from_static(tc3::UNSIGNED_PAYLOAD));
        }
        headers.insert(header::AUTHORIZATION, secret_value("the signature", &authorization)?);
        let (_, signature) = authorization.rsplit_once('=').unwrap_or_default();
        let signature = signature.to_owned();
        Ok(SignedRequest { request: self.request(headers, parts)?, signature })
    }

    /// Signs with the signature among the parameters.
    fn sign_in_parameters(
        &self,
        mut headers: HeaderMap,
        method: &http::Method,
        sign_method: SignMethod,
        parameters: &[Pair],
        credential: &Credential,
    ) -> Result<SignedRequest, Error> {
        let call = self.call;
        // What the caller or an interceptor set as a header is a parameter of these signatures.
        let mut take = |name| {
            let value: HeaderValue = headers.remove(name)?;
            Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
        };
        let client = take(REQUEST_CLIENT).unwrap_or_else(|| request_client(call.shared));
        let language = take(LANGUAGE);
        let region = call.region.as_str();
        let to_sign = v1::Request {
            algorithm: match sign_method {
                SignMethod::HmacSha1 => v1::Algorithm::HmacSha1,
                SignMethod::HmacSha256 | SignMethod::Tc3HmacSha256 => v1::Algorithm::HmacSha256,
            },
            method: method.as_str(),
            host: self.endpoint.authority(),
            action: &call.action,
            version: &call.shared.version,
            region: Some(region).filter(|region| !region.is_empty()),
            timestamp: self.timestamp,
            nonce: random::nonce(&*call.shared.random),
            language: Some(language.as_deref().unwrap_or(call.language.as_str())),
            request_client: Some(&client),
            parameters,
        };
        let parts = HttpParts::signed_parameters(method, v1::form(&to_sign, credential)?)?;
        let form = match parts.query.as_str() {
            "" => String::from_utf8_lossy(&parts.body),
            query => Cow::Borrowed(query),
        };
        let (_, signature) = form.rsplit_once("Signature=").unwrap_or_default();
        let signature = signature.to_owned();
        Ok(SignedRequest { request: self.request(headers, &parts)?, signature })
    }

    /// The request as it is sent. Only here an API gateway replaces the endpoint: the signature is
    /// for what the service behind the gateway receives.
    fn request(
        &self,
        mut headers: HeaderMap,
        parts: &HttpParts,
    ) -> Result<http::Request<Bytes>, Error> {
        let gateway = self.call.shared.profile.http_profile().apigw_endpoint();
        let target = gateway.unwrap_or(self.endpoint);
        let mut url = target.to_string();
        if !parts.query.is_empty() {
            url.push('?');
            url.push_str(&parts.query);
        }
        headers.insert(header::CONTENT_TYPE, value("the content type", &parts.content_type)?);
        headers.insert(header::HOST, value("the host", target.authority())?);
        let mut request = http::Request::builder()
            .method(&parts.method)
            .uri(url)
            .body(parts.body.clone())
            // The error is not shown: the query can contain a signature.
            .map_err(|_| Error::invalid_input("endpoint and parameters do not form a valid URL"))?;
        *request.headers_mut() = headers;
        Ok(request)
    }
}
