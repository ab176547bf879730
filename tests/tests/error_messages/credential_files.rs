//! The credential files of the SDKs and of tccli.

use std::fs;
use std::path::Path;
use std::process::Command;

use tencentcloud_common::credentials::{ProfileFileProvider, TccliProvider};

use super::credentials::ask;
use super::fixtures::{KEY, Reply, SECRET_ID, TOKEN, block_on, block_on_paused, config};
use super::messages::Messages;

pub(super) fn add(messages: &mut Messages) {
    let directory = tempfile::tempdir().unwrap();
    messages.replace(directory.path().display(), "<path>");
    block_on(missing(messages, directory.path()));
    block_on(unreadable(messages, directory.path()));
    hanging(messages, directory.path());
    block_on(ini(messages, directory.path()));
    block_on(profiles(messages, directory.path()));
    block_on(tccli_names(messages, directory.path()));
    block_on(tccli(messages, directory.path()));
}

async fn missing(messages: &mut Messages, directory: &Path) {
    messages.heading("Missing files");
    let home = directory.to_str().unwrap();
    let with = |variables: &[(&str, &str)]| config(Reply::ok(), variables);
    let provider = || ProfileFileProvider::new();
    messages.add(
        "No profile file in the home directory",
        ask(provider().config(with(&[("HOME", home)]))).await,
    );
    messages.add("No profile file, and HOME is not set", ask(provider().config(with(&[]))).await);
    messages.add(
        "The profile file of the program does not exist",
        ask(provider().path(directory.join("missing")).config(with(&[]))).await,
    );
    let provider = || TccliProvider::new();
    messages.add(
        "No file of tccli in the home directory",
        ask(provider().config(with(&[("HOME", home)]))).await,
    );
    messages.add("No file of tccli, and HOME is not set", ask(provider().config(with(&[]))).await);
}

async fn unreadable(messages: &mut Messages, directory: &Path) {
    messages.heading("Unreadable files");
    let path = directory.join("credentials");
    let read =
        |path: &Path| ask(ProfileFileProvider::new().path(path).config(config(Reply::ok(), &[])));
    messages.add("The file is a directory", read(directory).await);
    fs::write(&path, vec![b'#'; 2 << 20]).unwrap();
    messages.add("The file has 2 MiB", read(&path).await);
    fs::write(&path, b"[default]\nsecret_id = \xff").unwrap();
    messages.add("The file is not UTF-8", read(&path).await);
}

fn hanging(messages: &mut Messages, directory: &Path) {
    let path = directory.join("pipe");
    assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
    let provider = ProfileFileProvider::new().path(&path).config(config(Reply::ok(), &[]));
    messages.add("Reading the file does not end", block_on_paused(ask(provider)));
    // Ends the thread that reads.
    drop(fs::OpenOptions::new().write(true).open(&path).unwrap());
}

async fn ini(messages: &mut Messages, directory: &Path) {
    messages.heading("Syntax of profile files");
    let path = directory.join("credentials");
    for (situation, text) in [
        ("A section without `]`", "[default"),
        ("A section without a name", "[]"),
        ("Text after a section", "[default] secret_id = AKIDexample"),
        ("A section twice", "[default]\n[other]\n[default]"),
        ("A line without `=`", "[default]\nsecret_id AKIDexample"),
        ("A setting without a name", "[default]\n= AKIDexample"),
        ("A setting before the first section", "secret_id = AKIDexample"),
        ("A setting twice", "[default]\nsecret_id = AKIDexample\nSECRET_ID = AKIDexample"),
    ] {
        fs::write(&path, text).unwrap();
        let provider = ProfileFileProvider::new().path(&path).config(config(Reply::ok(), &[]));
        messages.add(situation, ask(provider).await);
    }
}

async fn profiles(messages: &mut Messages, directory: &Path) {
    messages.heading("Contents of profile files");
    let path = directory.join("credentials");
    let keys = format!("secret_id = {SECRET_ID}\nsecret_key = {KEY}\n");
    let arn = "role_arn = qcs::cam::uin/100000000001:roleName/my-role\n";
    let circle = "[default]\nrole_arn = r\nsource_profile = other\n\
                  [other]\nrole_arn = r\nsource_profile = default\n";
    for (situation, text) in [
        ("An empty file", String::new()),
        ("No profile of the name", format!("[production]\n{keys}[test]\n{keys}")),
        ("No secret id", format!("[default]\nsecret_key = {KEY}\n")),
        ("An empty secret key", format!("[default]\nsecret_id = {SECRET_ID}\nsecret_key =\n")),
        (
            "A secret key in quotes",
            format!("[default]\nsecret_id = {SECRET_ID}\nsecret_key = \"{KEY}\"\n"),
        ),
        ("A token in quotes", format!("[default]\n{keys}token = '{TOKEN}'\n")),
        (
            "A secret key with a space inside",
            format!("[default]\nsecret_id = {SECRET_ID}\nsecret_key = {KEY} {KEY}\n"),
        ),
        ("Source profiles in a circle", circle.to_owned()),
        (
            "A source profile that does not exist",
            format!("[default]\n{arn}source_profile = other\n"),
        ),
        ("A duration that is not a number", format!("[default]\n{keys}{arn}duration_seconds = 1h")),
        ("A duration of two days", format!("[default]\n{keys}{arn}duration_seconds = 172800")),
        ("A role that is not an ARN", format!("[default]\n{keys}role_arn = my-role\n")),
        ("A region with a space", format!("[default]\n{keys}{arn}region = ap shanghai\n")),
    ] {
        fs::write(&path, text).unwrap();
        let provider = ProfileFileProvider::new().path(&path).config(config(Reply::ok(), &[]));
        messages.add(situation, ask(provider).await);
    }
}

async fn tccli_names(messages: &mut Messages, directory: &Path) {
    messages.heading("tccli");
    let provider = || TccliProvider::new().config(config(Reply::ok(), &[]));
    messages.add("A profile name with a slash", ask(provider().profile("../other")).await);
    messages.add(
        "A profile without a file",
        ask(provider().directory(directory).profile("missing")).await,
    );
}

async fn tccli(messages: &mut Messages, directory: &Path) {
    let path = directory.join("default.credential");
    let keys = format!(r#""secretId": "{SECRET_ID}", "secretKey": "{KEY}""#);
    let login = |kind: &str| {
        format!(r#"{{"type": "{kind}", {keys}, "token": "{TOKEN}", "expiresAt": 1600000000}}"#)
    };
    for (situation, text) in [
        ("A file that is not JSON", format!("secretId = {SECRET_ID}")),
        ("A file with a secret key that is a list", r#"{"secretKey": ["PLANTED"]}"#.to_owned()),
        ("A file without a secret id", format!(r#"{{"secretKey": "{KEY}"}}"#)),
        ("A file without a secret key", format!(r#"{{"secretId": "{SECRET_ID}"}}"#)),
        ("A file of `tccli sso login` without a key", r#"{"type": "sso"}"#.to_owned()),
        ("A file of `tccli auth login` without a key", r#"{"type": "oauth"}"#.to_owned()),
        ("An expired key of `tccli sso login`", login("sso")),
        ("An expired key of `tccli auth login`", login("oauth")),
        ("An expired key of unknown origin", login("")),
        ("A file with a role that is not an ARN", format!(r#"{{{keys}, "role-arn": "my-role"}}"#)),
    ] {
        fs::write(&path, text).unwrap();
        let provider = TccliProvider::new().directory(directory).config(config(Reply::ok(), &[]));
        messages.add(situation, ask(provider).await);
    }
}
