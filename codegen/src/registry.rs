//! Files of other crates of the workspace that list what is generated.

use std::collections::BTreeMap;

use crate::File;
use crate::error::Error;
use crate::format::HEADER;
use crate::model::{Service, Version};
use crate::spec::{self, Spec};
use crate::text::push;

/// Every action of some services, for the program that sends the upstream examples through the
/// models. One file, with a path relative to the sources of that program.
///
/// # Errors
///
/// Those of [`generate`](crate::generate).
pub fn conformance_registry(specs: &[Spec]) -> Result<File, Error> {
    let mut services: BTreeMap<&str, Vec<Spec>> = BTreeMap::new();
    for spec in specs {
        services.entry(&spec.directory).or_default().push(spec.clone());
    }
    let mut calls = String::new();
    let mut functions = String::new();
    for specs in services.values() {
        let service = Service::new(specs)?;
        for version in &service.versions {
            let function = format!("{}_{}", service.directory, version.module);
            push(&mut calls, format_args!("    {function}(registry);\n"));
            functions.push_str(&registration(&service, version, &function));
        }
    }
    let contents = format!(
        "// {HEADER}\n\
         //! Every action of the generated crates.\n\
         \n\
         use crate::registry::Registry;\n\
         \n\
         /// Registers every action.\n\
         pub(crate) fn register(registry: &mut Registry) {{\n{calls}}}\n\
         {functions}"
    );
    Ok(File { path: "actions.rs".to_owned(), contents })
}

fn registration(service: &Service, version: &Version, function: &str) -> String {
    let mut text = format!(
        "\n#[rustfmt::skip] // formatted by the generator\n\
         fn {function}(registry: &mut Registry) {{\n"
    );
    let (krate, module) = (service.crate_name(), &version.module);
    let (directory, number) = (&service.directory, &version.version);
    for action in &version.actions {
        push(
            &mut text,
            format_args!(
                "    registry.add::<::{krate}::{module}::models::{}>(\"{directory}\", \"{number}\");\n",
                action.request
            ),
        );
    }
    text.push_str("}\n");
    text
}

/// The specifications as they are committed, for the local endpoint, and the source file that
/// includes them. The paths are relative to the folder of that crate.
pub fn local_specs(specs: &[Spec]) -> Vec<File> {
    let mut specs: Vec<&Spec> = specs.iter().collect();
    specs.sort_by_key(|spec| (&spec.directory, &spec.version));
    let mut files = Vec::with_capacity(specs.len() + 1);
    let mut includes = String::new();
    for spec in specs {
        let name = format!("{}-{}.json", spec.directory, spec.version);
        push(&mut includes, format_args!("    include_str!(\"../specs/{name}\"),\n"));
        files.push(File { path: format!("specs/{name}"), contents: spec::write(spec) });
    }
    let contents = format!(
        "// {HEADER}\n\
         //! The specifications that the endpoint answers by.\n\
         \n\
         /// The text of each one.\n\
         pub(crate) const SPECS: &[&str] = &[\n{includes}];\n"
    );
    files.push(File { path: "src/specs.rs".to_owned(), contents });
    files
}
