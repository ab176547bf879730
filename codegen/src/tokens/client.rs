use proc_macro2::TokenStream;
use quote::quote;

use super::models::space;
use super::{Action, Item, Source, docs};
use crate::model::{self, Service, Version};

/// The file `mod.rs` of a version.
pub(crate) fn module(service: &Service, version: &Version) -> Source {
    let client = &service.client;
    let docs = vec![
        format!("Version `{}` of the `{}` API.", version.version, version.service),
        String::new(),
        format!(
            "[`{client}`] has a method for each action; [`models`] holds what they take and return."
        ),
    ];
    let items = vec![
        Item::Code(quote! {
            mod actions;
            mod client;
            pub mod models;
        }),
        Item::Code(quote!(pub use client::#client;)),
    ];
    Source { docs, allow: Vec::new(), items }
}

/// The file `actions.rs` of a version: which action each request is of.
pub(crate) fn actions(service: &Service, version: &Version) -> Source {
    let client = &service.client;
    let docs = vec!["Which client a request is for, and what answers it.".to_owned()];
    let mut items = Vec::new();
    if !version.actions.is_empty() {
        items.push(Item::Code(quote!(
            use ::tencentcloud_common::action;
        )));
        items.push(Item::Code(quote!(use super::{#client, models};)));
    }
    items.extend(version.actions.iter().map(|action| {
        Item::Action(Action {
            client: client.to_string(),
            request: format!("models::{}", action.request),
            response: format!("models::{}", action.response),
            wire: action.wire.clone(),
            signed: action.signed,
        })
    }));
    Source { docs, allow: Vec::new(), items }
}

/// The file `client.rs` of a version.
pub(crate) fn client(service: &Service, version: &Version) -> Source {
    let docs = vec![format!("The client of version `{}`.", version.version)];
    let mut items = vec![Item::Code(quote! {
        use ::tencentcloud_common::ProvideCredential;
        use ::tencentcloud_common::{
            Action, Call, Client, ClientBuilder, ClientProfile, Error, Region,
        };
    })];
    if !version.actions.is_empty() {
        items.push(Item::Code(quote!(
            use super::models;
        )));
    }
    items.push(Item::Code(structure(service, version)));
    items.push(Item::Code(constructors(service, version)));
    if !version.actions.is_empty() {
        items.push(Item::Code(methods(service, version)));
    }
    items.push(Item::Code(from_client(service)));
    Source { docs, allow: Vec::new(), items }
}

fn structure(service: &Service, version: &Version) -> TokenStream {
    let client = &service.client;
    let doc = space(&format!(
        "Client of the `{}` service, API version `{}`.",
        version.service, version.version
    ));
    quote! {
        #[doc = #doc]
        #[doc = ""]
        #[doc = " Cheap to clone: the clones share connections and settings."]
        #[derive(Clone, Debug)]
        pub struct #client {
            client: Client,
        }
    }
}

fn constructors(service: &Service, version: &Version) -> TokenStream {
    let client = &service.client;
    let (name, number) = (&version.service, &version.version);
    quote! {
        impl #client {
            /// The name of the service in requests and signatures.
            pub const SERVICE: &'static str = #name;

            /// The version of the API.
            pub const VERSION: &'static str = #number;

            /// A client with the default settings.
            #[inline]
            pub fn new(
                credential: impl ProvideCredential + 'static,
                region: impl ::std::convert::Into<Region>,
            ) -> Self {
                Self::from(Client::new(Self::SERVICE, Self::VERSION, credential, region))
            }

            /// A client with the settings of a profile.
            ///
            /// # Errors
            ///
            /// An error when the profile asks for something that cannot be set up.
            #[inline]
            pub fn with_profile(
                credential: impl ProvideCredential + 'static,
                region: impl ::std::convert::Into<Region>,
                profile: ClientProfile,
            ) -> ::std::result::Result<Self, Error> {
                Client::with_profile(Self::SERVICE, Self::VERSION, credential, region, profile)
                    .map(Self::from)
            }

            /// A client of which everything can be set.
            #[inline]
            pub fn builder() -> ClientBuilder<Self> {
                ClientBuilder::new(Self::SERVICE, Self::VERSION)
            }

            /// The same client for another region; the two share everything else.
            #[inline]
            pub fn in_region(&self, region: impl ::std::convert::Into<Region>) -> Self {
                Self::from(self.client.in_region(region))
            }

            /// The same client with another credential, for programs that act for many accounts;
            /// the two share everything else.
            #[inline]
            pub fn with_credential(&self, credential: impl ProvideCredential + 'static) -> Self {
                Self::from(self.client.with_credential(credential))
            }

            /// Sends a request of any action of this client.
            #[inline]
            pub fn call<A: Action<Client = Self>>(&self, request: A) -> Call<A> {
                self.client.call(request)
            }
        }
    }
}

fn methods(service: &Service, version: &Version) -> TokenStream {
    let client = &service.client;
    let methods = version.actions.iter().map(|action| method(version, action));
    quote! {
        #[doc = " The actions."]
        impl #client {
            #(#methods)*
        }
    }
}

fn method(version: &Version, action: &model::Action) -> TokenStream {
    let (name, request) = (&action.method, &action.request);
    let doc = space(&format!("Calls `{}`.", action.wire));
    let explorer = space(&format!("[API explorer]({})", docs::explorer(version, action)));
    let deprecated = docs::deprecated_action(action);
    let deprecated = deprecated.map(|note| quote!(#[deprecated(note = #note)]));
    quote! {
        #[doc = #doc]
        #[doc = ""]
        #[doc = #explorer]
        #deprecated
        #[inline]
        pub fn #name(&self, request: models::#request) -> Call<models::#request> {
            self.client.call(request)
        }
    }
}

fn from_client(service: &Service) -> TokenStream {
    let client = &service.client;
    quote! {
        impl ::std::convert::From<Client> for #client {
            #[inline]
            fn from(client: Client) -> Self {
                Self { client }
            }
        }
    }
}
