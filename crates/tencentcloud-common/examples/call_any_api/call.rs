//! The call itself, and what is printed of it.

use std::collections::BTreeMap;
use std::io::{self, Read as _, Write};

use serde_json::value::RawValue;
use tencentcloud_common::call::Request;
use tencentcloud_common::credentials::{
    CvmRoleProvider, DefaultProvider, EnvironmentProvider, ProfileFileProvider, ProvideCredential,
    WebIdentityProvider,
};
use tencentcloud_common::sse::EventStream;
use tencentcloud_common::{Call, CommonClient, Error, Multipart};

use crate::arguments::{Arguments, Form, Parameters, Part, Provider, Source};

/// Why the program ends with an error.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error("{0}")]
    Call(#[from] Error),
    #[error("{path} cannot be read: {source}")]
    Input { path: String, source: io::Error },
    #[error("standard input holds no parameters as JSON: {0}")]
    Json(serde_json::Error),
    #[error("the parameters of --multipart are no object: {0}")]
    Parameters(serde_json::Error),
    #[error("the answer cannot be printed: {0}")]
    Output(#[from] io::Error),
}

/// Calls, and prints what comes back as soon as it does.
pub(crate) async fn make(mut arguments: Arguments, output: &mut dyn Write) -> Result<(), Failure> {
    let client = CommonClient::with_profile(
        std::mem::take(&mut arguments.service),
        std::mem::take(&mut arguments.version),
        credential(arguments.provider),
        std::mem::take(&mut arguments.region),
        arguments.profile.clone(),
    )?;
    let action = arguments.action.as_str();
    let read_now: Box<RawValue>;
    let parameters = match &arguments.parameters {
        Parameters::Given(parameters) => parameters,
        Parameters::StandardInput => {
            let json = read(&Source::StandardInput)?;
            read_now = serde_json::from_slice(&json).map_err(Failure::Json)?;
            &read_now
        }
    };
    let response = match &arguments.form {
        Form::Json => with_options(client.call_json(action, parameters), &arguments).await?,
        Form::Events => {
            let events = with_options(client.call_sse(action, parameters), &arguments).await?;
            return print(events, output).await;
        }
        Form::OctetStream(source) => {
            let call = client.call_octet_stream(action, parameters, read(source)?);
            with_options(call, &arguments).await?
        }
        Form::Multipart(parts) => {
            let call = client.call_multipart(action, multipart(parameters, parts)?);
            with_options(call, &arguments).await?
        }
    };
    writeln!(output, "{response:#}")?;
    Ok(output.flush()?)
}

fn credential(provider: Provider) -> Box<dyn ProvideCredential> {
    match provider {
        Provider::Environment => Box::new(EnvironmentProvider::new()),
        Provider::Profile => Box::new(ProfileFileProvider::new()),
        Provider::CvmRole => Box::new(CvmRoleProvider::new()),
        Provider::WebIdentity => Box::new(WebIdentityProvider::from_tke_environment()),
        Provider::Default => Box::new(DefaultProvider::new()),
    }
}

fn with_options<R: Request>(mut call: Call<R>, arguments: &Arguments) -> Call<R> {
    for (name, value) in &arguments.headers {
        call = call.header(name, value);
    }
    if let Some(timeout) = arguments.timeout {
        call = call.timeout(timeout);
    }
    if arguments.skip_sign { call.skip_sign() } else { call }
}

/// The data of each event on a line of its own, at once.
async fn print(mut events: EventStream, output: &mut dyn Write) -> Result<(), Failure> {
    while let Some(event) = events.next().await {
        // Between the tokens of JSON, where its lines break, a space is as good.
        writeln!(output, "{}", event?.data.replace('\n', " "))?;
        output.flush()?;
    }
    Ok(())
}

/// Parameters become texts, or JSON where they are lists and objects; then come the parts that
/// were given.
fn multipart(parameters: &RawValue, parts: &[(String, Part)]) -> Result<Multipart, Failure> {
    let members: BTreeMap<String, &RawValue> =
        serde_json::from_str(parameters.get()).map_err(Failure::Parameters)?;
    let mut multipart = Multipart::new();
    for (name, value) in members {
        multipart = match value.get().as_bytes().first() {
            Some(b'{' | b'[') => multipart.json(name, &value),
            Some(b'n') => multipart,
            Some(b'"') => {
                let text: String =
                    serde_json::from_str(value.get()).map_err(Failure::Parameters)?;
                multipart.text(name, text)
            }
            _ => multipart.text(name, value.get()),
        };
    }
    for (name, part) in parts {
        multipart = match part {
            Part::Text(text) => multipart.text(name, text),
            // The official SDKs repeat the name as that of the file.
            Part::File(source) => multipart.file(name, name, read(source)?),
        };
    }
    Ok(multipart)
}

fn read(source: &Source) -> Result<Vec<u8>, Failure> {
    let (path, bytes) = match source {
        Source::File(path) => (path.as_str(), std::fs::read(path)),
        Source::StandardInput => {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            ("standard input", read.map(|_| bytes))
        }
    };
    bytes.map_err(|source| Failure::Input { path: path.to_owned(), source })
}
