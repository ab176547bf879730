//! Makes the call and prints its response.

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

use crate::args::{Args, Parameters, Part, Provider, RequestKind, Source};

/// The error of the program.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RunError {
    #[error("{0}")]
    Call(#[from] Error),
    #[error("{path} cannot be read: {source}")]
    Input { path: String, source: io::Error },
    #[error("standard input is not JSON: {0}")]
    Json(serde_json::Error),
    #[error("the parameters of --multipart are not a JSON object: {0}")]
    Parameters(serde_json::Error),
    #[error("the response cannot be printed: {0}")]
    Output(#[from] io::Error),
}

/// Makes the call, and prints the response or the events as they arrive.
pub(crate) async fn run(mut args: Args, output: &mut dyn Write) -> Result<(), RunError> {
    let client = CommonClient::with_profile(
        std::mem::take(&mut args.service),
        std::mem::take(&mut args.version),
        credential(args.provider),
        std::mem::take(&mut args.region),
        args.profile.clone(),
    )?;
    let action = args.action.as_str();
    let from_input: Box<RawValue>;
    let parameters = match &args.parameters {
        Parameters::Json(parameters) => parameters,
        Parameters::StandardInput => {
            let json = read(&Source::StandardInput)?;
            from_input = serde_json::from_slice(&json).map_err(RunError::Json)?;
            &from_input
        }
    };
    let response = match &args.request_kind {
        RequestKind::Json => with_options(client.call_json(action, parameters), &args).await?,
        RequestKind::Events => {
            let events = with_options(client.call_sse(action, parameters), &args).await?;
            return print_events(events, output).await;
        }
        RequestKind::OctetStream(source) => {
            let call = client.call_octet_stream(action, parameters, read(source)?);
            with_options(call, &args).await?
        }
        RequestKind::Multipart(parts) => {
            let call = client.call_multipart(action, multipart(parameters, parts)?);
            with_options(call, &args).await?
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

fn with_options<R: Request>(mut call: Call<R>, args: &Args) -> Call<R> {
    for (name, value) in &args.headers {
        call = call.header(name, value);
    }
    if let Some(timeout) = args.timeout {
        call = call.timeout(timeout);
    }
    if args.skip_sign { call.skip_sign() } else { call }
}

/// Prints the data of each event on a line, as soon as it arrives.
async fn print_events(mut events: EventStream, output: &mut dyn Write) -> Result<(), RunError> {
    while let Some(event) = events.next().await {
        // JSON contains line breaks only between tokens, where a space is equivalent.
        writeln!(output, "{}", event?.data.replace('\n', " "))?;
        output.flush()?;
    }
    Ok(())
}

/// Creates a multipart request. Lists and objects become JSON parts, other parameters text parts.
/// The parts from the command line follow.
fn multipart(parameters: &RawValue, parts: &[(String, Part)]) -> Result<Multipart, RunError> {
    let members: BTreeMap<String, &RawValue> =
        serde_json::from_str(parameters.get()).map_err(RunError::Parameters)?;
    let mut multipart = Multipart::new();
    for (name, value) in members {
        multipart = match value.get().as_bytes().first() {
            Some(b'{' | b'[') => multipart.json(name, &value),
            Some(b'n') => multipart,
            Some(b'"') => {
                let text: String =
                    serde_json::from_str(value.get()).map_err(RunError::Parameters)?;
                multipart.text(name, text)
            }
            _ => multipart.text(name, value.get()),
        };
    }
    for (name, part) in parts {
        multipart = match part {
            Part::Text(text) => multipart.text(name, text),
            // The official SDKs use the name of the parameter as the file name.
            Part::File(source) => multipart.file(name, name, read(source)?),
        };
    }
    Ok(multipart)
}

fn read(source: &Source) -> Result<Vec<u8>, RunError> {
    let (path, bytes) = match source {
        Source::File(path) => (path.as_str(), std::fs::read(path)),
        Source::StandardInput => {
            let mut bytes = Vec::new();
            let read = io::stdin().lock().read_to_end(&mut bytes);
            ("standard input", read.map(|_| bytes))
        }
    };
    bytes.map_err(|source| RunError::Input { path: path.to_owned(), source })
}
