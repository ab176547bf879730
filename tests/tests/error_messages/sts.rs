//! Temporary keys: of the CVM role, of STS, and of web identities.

use std::fs;
use std::time::Duration;

use serde_json::{Value, json};
use tencentcloud_common::credentials::{
    AssumeRoleProvider, AssumeRoleProviderBuilder, CvmRoleProvider, EnvironmentProvider,
    WebIdentityProvider, WebIdentityProviderBuilder,
};
use tencentcloud_common::transport::TransportErrorKind;

use super::credentials::ask;
use super::fixtures::{
    Endless, KEY, NOW, Network, ROLE_ARN, Reply, SECRET_ID, Silent, TOKEN, block_on,
    block_on_paused, config, credential, environment,
};
use super::messages::Messages;

pub(super) fn add(messages: &mut Messages) {
    block_on(metadata(messages));
    messages.add(
        "The metadata service does not respond",
        block_on_paused(ask(CvmRoleProvider::with_config(config(Reply::silence(), &[])))),
    );
    assume_role_builder(messages);
    block_on(sts(messages));
    slow_sts(messages);
    web_identity_builder(messages);
    block_on(web_identity(messages));
}

/// The response of the metadata service with a key that is valid for an hour.
fn document(change: impl FnOnce(&mut Value)) -> Reply {
    let mut document = json!({
        "Code": "Success", "TmpSecretId": SECRET_ID, "TmpSecretKey": KEY, "Token": TOKEN,
        "ExpiredTime": NOW + 3600,
    });
    change(&mut document);
    Reply::json(document.to_string())
}

async fn metadata(messages: &mut Messages) {
    messages.heading("CVM role");
    messages.add("A role name with a slash", CvmRoleProvider::builder().role("../my-role").build());
    messages
        .add("An invalid endpoint", CvmRoleProvider::builder().endpoint("ftp://metadata").build());
    let page = "<html>Log in to the network</html>";
    let name = || Reply::new(200, "text/plain", "my-role");
    let html = |status| Reply::new(status, "text/html", page);
    for (situation, replies) in [
        ("No role is bound (404)", vec![html(404)]),
        ("No role is bound (empty list)", vec![Reply::new(200, "text/plain", "\n")]),
        ("A web page instead of a role name", vec![html(200)]),
        ("Status 403", vec![html(403)]),
        ("Status 503 on each attempt", vec![html(503)]),
        ("The role is not bound", vec![name(), html(404)]),
        ("A web page instead of a key", vec![name(), html(200)]),
        ("A key of a wrong type", vec![name(), document(|it| it["TmpSecretKey"] = json!([KEY]))]),
        ("An error code", vec![name(), document(|it| it["Code"] = json!("Failed"))]),
        ("No secret key", vec![name(), document(|it| it["TmpSecretKey"] = Value::Null)]),
        ("No end of the key", vec![name(), document(|it| it["ExpiredTime"] = Value::Null)]),
        ("An unusable key", vec![name(), document(|it| it["TmpSecretKey"] = json!("PLANTED key"))]),
        ("An expired key", vec![name(), document(|it| it["ExpiredTime"] = json!(NOW - 1))]),
        ("A response of 2 MiB", vec![Reply::new(200, "text/plain", vec![b'x'; 2 << 20])]),
        ("No connection", vec![Reply::failure(TransportErrorKind::Connect)]),
        ("The connection breaks", vec![Reply::failure(TransportErrorKind::Broken)]),
    ] {
        let provider = CvmRoleProvider::with_config(config(Network::new(replies), &[]));
        messages.add(situation, ask(provider).await);
    }
    let long = format!("http://127.0.0.1/{}", "a".repeat(70_000));
    let provider = CvmRoleProvider::builder().endpoint(long).config(config(Reply::ok(), &[]));
    messages.add("An endpoint of 70 KB", ask(provider.build().unwrap()).await);
}

fn assume_role_builder(messages: &mut Messages) {
    messages.heading("AssumeRole");
    let builder = || AssumeRoleProvider::builder(credential(), ROLE_ARN);
    messages.add(
        "A role name instead of an ARN",
        AssumeRoleProvider::builder(credential(), "my-role").build(),
    );
    let tags = (0..51).fold(builder(), |it, at| it.tag(format!("key-{at}"), "value"));
    let cases: [(&str, AssumeRoleProviderBuilder); 9] = [
        ("A duration of zero", builder().duration(Duration::ZERO)),
        ("A duration of two days", builder().duration(Duration::from_secs(172_800))),
        ("A session name with a space", builder().session_name("my session")),
        ("An external id with one character", builder().external_id("x")),
        ("An invalid region", builder().region("Shanghai!")),
        ("An invalid endpoint", builder().endpoint("ftp://sts")),
        ("51 session tags", tags),
        ("A session tag without a key", builder().tag("", "value")),
        ("A policy that is URL encoded", builder().policy("%7B%7D")),
    ];
    for (situation, builder) in cases {
        messages.add(situation, builder.build());
    }
}

/// A response of STS with a key that is valid for an hour.
fn role(change: impl FnOnce(&mut Value)) -> Reply {
    let mut response = json!({
        "Credentials": {"TmpSecretId": SECRET_ID, "TmpSecretKey": KEY, "Token": TOKEN},
        "ExpiredTime": NOW + 3600, "RequestId": "r-1",
    });
    change(&mut response);
    Reply::json(json!({"Response": response}).to_string())
}

async fn sts(messages: &mut Messages) {
    let html = |status| Reply::new(status, "text/html", "<html>Bad Gateway</html>");
    for (situation, reply) in [
        ("An error of the API", Reply::api_error("AuthFailure.UnauthorizedOperation")),
        ("A key that does not exist", Reply::api_error("AuthFailure.SecretIdNotFound")),
        ("Status 502 on each attempt", html(502)),
        ("A web page", html(200)),
        ("Status 500 with a key", role(|_| ()).status(500)),
        ("An empty response", Reply::json("")),
        ("A key of a wrong type", role(|it| it["Credentials"]["Token"] = json!([TOKEN]))),
        ("No credential in the response", role(|it| it["Credentials"] = Value::Null)),
        ("No token in the response", role(|it| it["Credentials"]["Token"] = Value::Null)),
        ("No end in the response", role(|it| it["ExpiredTime"] = Value::Null)),
        (
            "An unusable key in the response",
            role(|it| it["Credentials"]["TmpSecretKey"] = json!("PLANTED key")),
        ),
        ("A response of 2 MiB", Reply::json(vec![b' '; 2 << 20])),
        ("No connection", Reply::failure(TransportErrorKind::Connect)),
        ("The connection breaks", Reply::failure(TransportErrorKind::Broken)),
    ] {
        let provider =
            AssumeRoleProvider::builder(credential(), ROLE_ARN).config(config(reply, &[]));
        messages.add(situation, ask(provider.build().unwrap()).await);
    }
    let source = EnvironmentProvider::with_environment(environment(&[]));
    let provider = AssumeRoleProvider::builder(source, ROLE_ARN).config(config(Reply::ok(), &[]));
    messages.add("No credential to sign with", ask(provider.build().unwrap()).await);
    let long = format!("https://sts.tencentcloudapi.com/{}", "a".repeat(70_000));
    let provider = AssumeRoleProvider::builder(credential(), ROLE_ARN).endpoint(long);
    let provider = provider.config(config(Reply::ok(), &[])).build().unwrap();
    messages.add("An endpoint of 70 KB", ask(provider).await);
}

fn slow_sts(messages: &mut Messages) {
    let silent = || config(Reply::silence(), &[]);
    let provider = AssumeRoleProvider::builder(credential(), ROLE_ARN).config(silent());
    messages.add("STS does not respond", block_on_paused(ask(provider.build().unwrap())));
    let provider =
        AssumeRoleProvider::builder(credential(), ROLE_ARN).config(silent().sleep(Endless));
    messages.add(
        "STS does not respond, and the pause before the next attempt is long",
        block_on_paused(ask(provider.build().unwrap())),
    );
    let provider = AssumeRoleProvider::builder(Silent, ROLE_ARN).config(silent());
    messages.add(
        "The provider of the key to sign with does not answer",
        block_on_paused(ask(provider.build().unwrap())),
    );
}

fn web_identity_builder(messages: &mut Messages) {
    messages.heading("Web identity");
    let builder = || WebIdentityProvider::builder("my-provider", ROLE_ARN);
    let cases: [(&str, WebIdentityProviderBuilder); 5] = [
        (
            "A token for the identity of a pod",
            WebIdentityProvider::builder_from_tke_environment().token(TOKEN),
        ),
        ("An empty provider id", WebIdentityProvider::builder(" ", ROLE_ARN).token(TOKEN)),
        (
            "A role name instead of an ARN",
            WebIdentityProvider::builder("my-provider", "my-role").token(TOKEN),
        ),
        ("Neither a token nor a file", builder()),
        ("An invalid region", builder().token(TOKEN).region("Shanghai!")),
    ];
    for (situation, builder) in cases {
        messages.add(situation, builder.build());
    }
}

async fn web_identity(messages: &mut Messages) {
    let directory = tempfile::tempdir().unwrap();
    messages.replace(directory.path().display(), "<path>");
    let builder =
        || WebIdentityProvider::builder("my-provider", ROLE_ARN).config(config(Reply::ok(), &[]));
    let built = |builder: WebIdentityProviderBuilder| builder.build().unwrap();
    let file = directory.path().join("token");
    messages.add("An empty token", ask(built(builder().token(" "))).await);
    messages.add("No token file", ask(built(builder().token_file(&file))).await);
    fs::write(&file, "\n").unwrap();
    messages.add("An empty token file", ask(built(builder().token_file(&file))).await);
    let refused = config(Reply::api_error("AuthFailure.TokenFailure"), &[]);
    messages.add("An error of the API", ask(built(builder().token(TOKEN).config(refused))).await);

    let missing = directory.path().join("missing");
    fs::write(&file, TOKEN).unwrap();
    let (file, missing) = (file.to_str().unwrap(), missing.to_str().unwrap());
    let variables = [
        ("TKE_PROVIDER_ID", "my-provider"),
        ("TKE_WEB_IDENTITY_TOKEN_FILE", file),
        ("TKE_ROLE_ARN", ROLE_ARN),
        ("TKE_REGION", "ap-shanghai"),
    ];
    let pod = |variables: &[(&str, &str)]| {
        ask(WebIdentityProvider::from_tke_environment_with(config(Reply::ok(), variables)))
    };
    messages.add("Outside of a pod", pod(&[]).await);
    for (at, (name, _)) in variables.into_iter().enumerate() {
        let mut variables = variables.to_vec();
        variables.remove(at);
        messages.add(format!("{name} is not set"), pod(&variables).await);
    }
    for (name, value) in [
        ("TKE_WEB_IDENTITY_TOKEN_FILE", missing),
        ("TKE_ROLE_ARN", "my-role"),
        ("TKE_REGION", "Shanghai!"),
    ] {
        let changed = variables.map(|(own, it)| (own, if own == name { value } else { it }));
        messages.add(format!("{name} is invalid"), pod(&changed).await);
    }
}
