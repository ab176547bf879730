//! The waiters of a version.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::docs;
use super::file::{Item, SourceFile};
use crate::model::{Argument, OPERATION_ARGUMENT, Service, Version, Waiter};
use crate::names::Ident;
use crate::supplements::supplement::Absent;

/// Width of the text of a doc comment in an `impl`.
const WIDTH: usize = 90;

/// Renders `waiters.rs` of a version: a table and a method for each waiter.
pub(crate) fn waiters(service: &Service, version: &Version) -> SourceFile {
    let client = &service.client;
    let docs = vec![
        "Methods that poll an action until resources or tasks reach a state, and what they poll."
            .into(),
    ];
    let mut items = vec![
        Item::Code(quote! {
            use tencentcloud_common::Wait;
            use tencentcloud_common::__private::Waiter;
        }),
        Item::Code(quote!(use super::{#client, models};)),
    ];
    items.extend(version.waiters.iter().map(|waiter| Item::Code(table(waiter))));
    let methods = version.waiters.iter().map(method);
    items.push(Item::Code(quote! {
        /// Methods that wait until resources or tasks reach a state.
        impl #client {
            #(#methods)*
        }
    }));
    SourceFile { docs, allow: Vec::new(), items }
}

/// Returns the `static` of a waiter. What has its default value is left out.
fn table(waiter: &Waiter) -> TokenStream {
    let constant = constant(waiter);
    let source = &waiter.source;
    let (name, ids, state) = (&waiter.name, &source.ids, &source.state);
    let option = |field: &str, value: &Option<String>| {
        let field = format_ident!("{field}");
        value.as_ref().map(|value| quote!(#field: Some(#value),))
    };
    let list = |field: &str, values: &[String]| {
        let field = format_ident!("{field}");
        (!values.is_empty()).then(|| quote!(#field: &[#(#values),*],))
    };
    let number = |field: &str, value: u64, default: u64| {
        let field = format_ident!("{field}");
        let value = proc_macro2::Literal::u64_unsuffixed(value);
        (value.to_string() != default.to_string()).then(|| quote!(#field: #value,))
    };
    let filter = option("filter", &source.filter);
    let max_ids = number("max_ids", waiter.max_ids, 100);
    let limit = option("limit", &source.limit);
    let items = option("items", &source.items);
    let id = source.id.as_ref().map(|id| quote!(id: #id,));
    let success = list("success", &source.success);
    let failure = list("failure", &source.failure);
    let absent = (source.absent == Some(Absent::Success)).then(|| quote!(absent_is_success: true,));
    let request_id = option("request_id", &source.request_id);
    let percent = option("percent", &source.percent);
    let message = option("message", &source.message);
    let failure_codes = list("failure_codes", &source.failure_codes);
    let interval = number("interval", waiter.interval, 5);
    let max_wait = number("max_wait", waiter.max_wait, 600);
    quote! {
        static #constant: Waiter = Waiter {
            name: #name,
            ids: #ids,
            #filter
            #max_ids
            #limit
            #items
            #id
            state: #state,
            #success
            #failure
            #absent
            #request_id
            #percent
            #message
            #failure_codes
            #interval
            #max_wait
            ..Waiter::DEFAULT
        };
    }
}

fn constant(waiter: &Waiter) -> proc_macro2::Ident {
    format_ident!("{}", waiter.name.to_ascii_uppercase())
}

fn method(waiter: &Waiter) -> TokenStream {
    let (name, request, constant) = (&waiter.method, &waiter.action.request, constant(waiter));
    let lines = description(waiter);
    let docs = lines.iter().map(|line| docs::attribute(line));
    let ids_type = argument_type(&waiter.ids);
    let ids_name = waiter.ids.name();
    let ids = match &waiter.ids {
        Argument::Texts(ids) => quote!(#ids),
        Argument::Text(id) => quote!([#id]),
        Argument::Signed(id) | Argument::Unsigned(id) | Argument::Displayed(id) => {
            quote!([#id.to_string()])
        }
    };
    let operation = waiter.source.request_id.as_ref().map(|_| Ident::new(OPERATION_ARGUMENT));
    let operation_argument = operation.as_ref().map(|it| quote!(#it: impl Into<String>,));
    let set_operation = operation.as_ref().map(|it| quote!(.operation(#it)));
    let parameters = waiter.parameters.iter();
    let parameter_arguments = parameters.clone().map(|(_, argument)| {
        let (name, ty) = (argument.name(), argument_type(argument));
        quote!(#name: #ty,)
    });
    let set_parameters = parameters.map(|(member, argument)| match argument {
        Argument::Text(name) | Argument::Texts(name) => quote!(.parameter(#member, #name)),
        Argument::Signed(name) | Argument::Unsigned(name) | Argument::Displayed(name) => {
            quote!(.parameter(#member, #name.to_string()))
        }
    });
    let deprecated = docs::deprecated_action(&waiter.action);
    quote! {
        #(#docs)*
        #deprecated
        #[inline]
        pub fn #name(
            &self,
            #ids_name: #ids_type,
            #operation_argument
            #(#parameter_arguments)*
        ) -> Wait<models::#request> {
            self.client.wait(&#constant, #ids)#set_operation #(#set_parameters)*
        }
    }
}

fn argument_type(argument: &Argument) -> TokenStream {
    match argument {
        Argument::Texts(_) => quote!(impl IntoIterator<Item = impl Into<String>>),
        Argument::Text(_) => quote!(impl Into<String>),
        Argument::Signed(_) => quote!(i64),
        Argument::Unsigned(_) => quote!(u64),
        Argument::Displayed(_) => quote!(impl std::fmt::Display),
    }
}

/// Describes a waiter: what it waits for, what it polls, and how it ends.
fn description(waiter: &Waiter) -> Vec<String> {
    let source = &waiter.source;
    let code = |values: &[String]| -> Vec<String> {
        values.iter().map(|value| format!("`{value}`")).collect()
    };
    let Waiter { interval, max_wait, .. } = waiter;
    let percent =
        if source.percent.is_some() { " The progress includes the percentage." } else { "" };
    let mut polls = format!(
        "Polls [`{0}`](Self::{0}) every {interval} seconds for at most {max_wait} seconds, unless \
         the options of the [`Wait`] set other times.",
        waiter.action.method.text()
    );
    if let Argument::Texts(ids) = &waiter.ids
        && waiter.max_ids < 100
    {
        let ids = ids.text();
        polls.push_str(&format!(" `{ids}` can contain up to {} ids.", waiter.max_ids));
    }
    if let Argument::Displayed(id) = &waiter.ids {
        let id = id.text();
        polls.push_str(&format!(" `{id}` is a whole number, as an integer or as text."));
    }
    if source.request_id.is_some() {
        polls.push_str(&format!(
            " `{OPERATION_ARGUMENT}` is the request id in the response to the call that started \
             the operation."
        ));
    }
    polls.push_str(percent);
    let paragraphs = [format!("Waits until {}.", source.doc), polls];
    let mut lines = Vec::new();
    for paragraph in paragraphs {
        lines.extend(docs::wrap(&paragraph, WIDTH));
        lines.push(String::new());
    }
    let state_is = |values: &[String]| {
        (!values.is_empty()).then(|| format!("`{}` is {}", source.state, docs::or(&code(values))))
    };
    let absent = source.absent.map(|Absent::Success| "the id does not exist".to_owned());
    let success = either(state_is(&source.success), absent);
    let codes = docs::or(&code(&source.failure_codes));
    let codes = (!codes.is_empty()).then(|| format!("the error code is {codes}"));
    let failure = either(state_is(&source.failure), codes);
    lines.extend(item(&format!("Success: {success}.")));
    if !failure.is_empty() {
        lines.extend(item(&format!("Failure: {failure}.")));
    }
    lines
}

/// Joins two conditions.
fn either(first: Option<String>, second: Option<String>) -> String {
    let conditions: Vec<String> = first.into_iter().chain(second).collect();
    conditions.join(", or ")
}

/// Returns the lines of an item of a list.
fn item(text: &str) -> Vec<String> {
    let lines = docs::wrap(text, WIDTH - 2).into_iter().enumerate();
    lines.map(|(index, line)| format!("{}{line}", if index == 0 { "- " } else { "  " })).collect()
}

/// Returns the section about waiters in the documentation of a version, with an example.
pub(super) fn module_docs(service: &Service, version: &Version) -> Vec<String> {
    let is_simple = |waiter: &&Waiter| {
        waiter.source.request_id.is_none()
            && waiter.parameters.is_empty()
            && matches!(waiter.ids, Argument::Texts(_))
    };
    let waiters = &version.waiters;
    let simple = waiters.iter().filter(is_simple).min_by_key(|waiter| waiter.name.len());
    let Some(waiter) = simple.or_else(|| waiters.first()) else { return Vec::new() };
    let client = &service.client;
    let (crate_name, module) = (service.crate_name(), &version.module);
    let ids = match waiter.ids {
        Argument::Texts(_) => "[\"id-1\", \"id-2\"]",
        Argument::Text(_) => "\"id-1\"",
        Argument::Signed(_) | Argument::Unsigned(_) | Argument::Displayed(_) => "1",
    };
    let operation = waiter.source.request_id.iter().map(|_| "\"request-id\"");
    let parameters = waiter.parameters.iter().map(|(_, argument)| match argument {
        Argument::Texts(_) | Argument::Text(_) => "\"value\"",
        Argument::Signed(_) | Argument::Unsigned(_) | Argument::Displayed(_) => "1",
    });
    let arguments: Vec<&str> = std::iter::once(ids).chain(operation).chain(parameters).collect();
    let mut lines = vec![
        String::new(),
        "# Waiters".to_owned(),
        String::new(),
        "A method `wait_until_…` of the client polls an action until resources or tasks reach a state:".to_owned(),
        String::new(),
        "```no_run".to_owned(),
        "use std::time::Duration;".to_owned(),
        String::new(),
        format!("use {crate_name}::common::Error;"),
        format!("use {crate_name}::{module}::{client};"),
        String::new(),
        format!("async fn example(client: {client}) -> Result<(), Error> {{"),
        "    let response = client".to_owned(),
        format!("        .{}({})", waiter.method, arguments.join(", ")),
        "        .max_wait(Duration::from_secs(300))".to_owned(),
        "        .on_progress(|progress| println!(\"{progress:?}\"))".to_owned(),
        "        .await?;".to_owned(),
        "    println!(\"{response:?}\");".to_owned(),
        "    Ok(())".to_owned(),
        "}".to_owned(),
        "```".to_owned(),
        String::new(),
    ];
    lines.extend(waiters.iter().map(|waiter| {
        format!("- [`{1}`]({0}::{1}): waits until {2}", client, waiter.method, waiter.source.doc)
    }));
    lines
}
