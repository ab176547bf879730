//! Files of other crates in the workspace that list all services.

use std::collections::BTreeMap;

use crate::error::Error;
use crate::model::{Service, Version};
use crate::source::{GeneratedFile, HEADER};
use crate::spec::{self, Spec};

/// Generates the list of all actions for the conformance program.
///
/// The path of the file is relative to the `src` folder of that program.
///
/// # Errors
///
/// Returns the same errors as [`generate`](crate::generate).
pub fn conformance_registry(specs: &[Spec]) -> Result<GeneratedFile, Error> {
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
            calls.push_str(&format!("    {function}(registry);\n"));
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
    Ok(GeneratedFile { path: "actions.rs".to_owned(), contents })
}

fn registration(service: &Service, version: &Version, function: &str) -> String {
    let (crate_name, module) = (service.crate_name(), &version.module);
    let (directory, number) = (&service.directory, &version.version);
    let mut text = format!(
        "\n#[rustfmt::skip] // formatted by the generator\n\
         fn {function}(registry: &mut Registry) {{\n"
    );
    if !version.actions.is_empty() {
        text.push_str(&format!("    use {crate_name}::{module}::models;\n\n"));
    }
    for action in &version.actions {
        let request = &action.request;
        text.push_str(&format!(
            "    registry.add::<models::{request}>(\"{directory}\", \"{number}\");\n"
        ));
    }
    text.push_str("}\n");
    text
}

/// Generates the copies of the committed specifications for the local server, and the source file
/// that includes them.
///
/// The paths are relative to the folder of that crate.
pub fn local_specs(specs: &[Spec]) -> Vec<GeneratedFile> {
    let mut specs: Vec<&Spec> = specs.iter().collect();
    specs.sort_by_key(|spec| (&spec.directory, &spec.version));
    let mut files = Vec::with_capacity(specs.len() + 1);
    let mut includes = String::new();
    for spec in specs {
        let name = format!("{}-{}.json", spec.directory, spec.version);
        includes.push_str(&format!("    include_str!(\"../specs/{name}\"),\n"));
        files.push(GeneratedFile { path: format!("specs/{name}"), contents: spec::write(spec) });
    }
    let contents = format!(
        "// {HEADER}\n\
         //! Specifications of the services that the server supports.\n\
         \n\
         /// Text of each specification.\n\
         pub(crate) const SPECS: &[&str] = &[\n{includes}];\n"
    );
    files.push(GeneratedFile { path: "src/specs.rs".to_owned(), contents });
    files
}
