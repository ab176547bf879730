//! The README of a crate, and the documentation on top of it.

use super::Publish;
use super::example::Example;
use crate::format::HEADER;
use crate::model::Service;
use crate::text::push;

/// What a manifest says to get a published version: all crates have the version of the workspace.
const PUBLISHED: &str =
    concat!(env!("CARGO_PKG_VERSION_MAJOR"), ".", env!("CARGO_PKG_VERSION_MINOR"));

/// The README.
pub(super) fn readme(service: &Service, example: Option<&Example<'_>>, publish: Publish) -> String {
    let package = service.package();
    let mut text = format!("<!-- {HEADER} -->\n\n# {package}\n\n");
    for line in introduction(service) {
        text.push_str(&line);
        text.push('\n');
    }
    if publish == Publish::Yes {
        text.push_str(&dependencies(&package));
    }
    if let Some(example) = example {
        text.push_str("\n```rust\n");
        text.push_str(&example.lines(service).join("\n"));
        text.push_str("\n```\n");
    }
    text.push_str("\n## Versions of the API\n\n");
    text.push_str("| module | version | actions | objects |\n| --- | --- | --- | --- |\n");
    for version in service.versions.iter().rev() {
        push(
            &mut text,
            format_args!(
                "| `{}` | {} | {} | {} |\n",
                version.module,
                version.version,
                version.actions.len(),
                version.objects.len(),
            ),
        );
    }
    push(
        &mut text,
        format_args!(
            "\n## Features\n\n\
         - `serde`, off by default: `Serialize` and `Deserialize` for every model, in the spelling of\n  the API.\n\
         {license}\n## How it is made\n\n",
            license = match publish {
                Publish::Yes | Publish::Alone => "\n## License\n\nApache-2.0: see `LICENSE`.\n",
                Publish::No => "",
            },
        ),
    );
    text.push_str(&origin(&service.directory, publish));
    text
}

/// How a program depends on the crate: today by a path, because no version is published yet.
fn dependencies(package: &str) -> String {
    let tokio = "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }";
    format!(
        "\nNo version is published yet. With a checkout of the SDK beside the program:\n\n\
         ```toml\n[dependencies]\n\
         {package} = {{ path = \"../tencentcloud-sdk-rust/crates/{package}\" }}\n{tokio}\n```\n\n\
         Once version {PUBLISHED} is published, `{package} = \"{PUBLISHED}\"` replaces the path.\n"
    )
}

/// Says where the files of the crate come from.
fn origin(directory: &str, publish: Publish) -> String {
    let specs = match publish {
        Publish::Yes => "api-specs",
        Publish::No => "codegen/golden/specs",
        Publish::Alone => {
            return format!(
                "Nothing in this folder is written by hand. `cargo xtask add {directory} --out DIR`, in a\n\
                 checkout of the SDK, writes all of it; run that again for a newer one.\n"
            );
        }
    };
    format!(
        "Nothing in this folder is written by hand. `cargo xtask generate {directory}` makes all of it from\n\
         the facts in `{specs}/{directory}/`; change the facts or the generator (`codegen/`), and run\n\
         that again.\n"
    )
}

/// The file `src/lib.rs`.
pub(super) fn lib(service: &Service, example: Option<&Example<'_>>) -> String {
    let mut text = format!("// {HEADER}\n");
    let mut doc = |line: &str| {
        text.push_str(format!("//! {line}").trim_end());
        text.push('\n');
    };
    for line in introduction(service) {
        doc(&line);
    }
    if let Some(example) = example {
        doc("");
        doc("```no_run");
        for line in example.lines(service) {
            doc(&line);
        }
        doc("```");
    }
    text.push_str("\n/// The runtime: credentials, profiles, errors, and everything else that is not of one service.\n");
    text.push_str("pub use tencentcloud_common as common;\n");
    for version in &service.versions {
        push(
            &mut text,
            format_args!(
                "\n#[rustfmt::skip] // formatted by the generator\npub mod {};\n",
                version.module
            ),
        );
    }
    text
}

fn introduction(service: &Service) -> Vec<String> {
    vec![
        format!("Typed client and models of the `{}` service of Tencent Cloud, a part of the", service.directory),
        "Tencent Cloud SDK for Rust.".to_owned(),
        String::new(),
        "Each version of the API is a module with a client, which has a method for each action, and".to_owned(),
        "with the models that the methods take and return.".to_owned(),
    ]
}
