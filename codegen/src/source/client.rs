use proc_macro2::TokenStream;
use quote::quote;

use super::file::{Item, SourceFile};
use super::{docs, error_codes};
use crate::model::{Action, Service, Version};

/// Renders `client.rs` of a version.
///
/// The client is the only type in the file, so that plain names of the prelude are never shadowed.
pub(crate) fn client(service: &Service, version: &Version) -> SourceFile {
    let docs =
        vec![format!("Client of version `{}` of the `{}` API.", version.version, version.service)];
    let mut items = vec![Item::Code(quote! {
        use tencentcloud_common::{
            Action, Call, Client, ClientBuilder, ClientProfile, Error, ProvideCredential, Region,
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
    SourceFile { docs, allow: Vec::new(), items }
}

fn structure(service: &Service, version: &Version) -> TokenStream {
    let client = &service.client;
    // The methods of the waiters are in another module.
    let visibility = (!version.waiters.is_empty()).then(|| quote!(pub(super)));
    let doc = docs::attribute(&format!(
        "Client of the `{}` service, API version `{}`.",
        version.service, version.version
    ));
    quote! {
        #doc
        ///
        /// Cloning is cheap: clones share connections and settings.
        #[derive(Clone, Debug)]
        pub struct #client {
            #visibility client: Client,
        }
    }
}

fn constructors(service: &Service, version: &Version) -> TokenStream {
    let client = &service.client;
    let (name, number) = (&version.service, &version.version);
    quote! {
        impl #client {
            /// Service name in requests and signatures.
            pub const SERVICE: &'static str = #name;

            /// API version.
            pub const VERSION: &'static str = #number;

            /// Creates a client with the default settings.
            #[inline]
            pub fn new(
                credential: impl ProvideCredential + 'static,
                region: impl Into<Region>,
            ) -> Self {
                Self::from(Client::new(Self::SERVICE, Self::VERSION, credential, region))
            }

            /// Creates a client with the settings of a profile.
            ///
            /// # Errors
            ///
            /// Returns an error if the profile cannot be used, for example because a certificate file
            /// cannot be read.
            #[inline]
            pub fn with_profile(
                credential: impl ProvideCredential + 'static,
                region: impl Into<Region>,
                profile: ClientProfile,
            ) -> Result<Self, Error> {
                Client::with_profile(Self::SERVICE, Self::VERSION, credential, region, profile)
                    .map(Self::from)
            }

            /// Creates a builder for a client with other settings.
            #[inline]
            pub fn builder() -> ClientBuilder<Self> {
                ClientBuilder::new(Self::SERVICE, Self::VERSION)
            }

            /// Returns a client for another region. The two clients share everything else.
            #[inline]
            pub fn in_region(&self, region: impl Into<Region>) -> Self {
                Self::from(self.client.in_region(region))
            }

            /// Returns a client with another credential, for programs that use many accounts.
            /// The two clients share everything else.
            #[inline]
            pub fn with_credential(&self, credential: impl ProvideCredential + 'static) -> Self {
                Self::from(self.client.with_credential(credential))
            }

            /// Calls the action of a request.
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
        /// Methods for the actions of the API.
        impl #client {
            #(#methods)*
        }
    }
}

fn method(version: &Version, action: &Action) -> TokenStream {
    let (name, request) = (&action.method, &action.request);
    let doc = docs::attribute(&format!("Calls `{}`.", action.api_name));
    let explorer =
        docs::attribute(&format!("[API explorer]({})", docs::explorer_url(version, action)));
    let deprecated = docs::deprecated_action(action);
    let pages = docs::pages(action);
    let pages = pages.iter().map(|line| docs::attribute(line));
    let error_codes = error_codes::list(&action.error_codes);
    let error_codes = error_codes.iter().map(|line| docs::attribute(line));
    let waiters = docs::waiters_of(version, action);
    quote! {
        #doc
        #(#pages)*
        #waiters
        ///
        #explorer
        #(#error_codes)*
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
        impl From<Client> for #client {
            #[inline]
            fn from(client: Client) -> Self {
                Self { client }
            }
        }
    }
}
