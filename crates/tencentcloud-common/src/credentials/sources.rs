//! The providers that fetch a credential, one for each source.

mod assume_role;
mod credential_source;
mod cvm_role;
mod environment;
mod profile_file;
mod tccli;
mod web_identity;

pub use assume_role::{AssumeRoleProvider, AssumeRoleProviderBuilder};
pub use cvm_role::{CvmRoleProvider, CvmRoleProviderBuilder};
pub use environment::EnvironmentProvider;
pub use profile_file::ProfileFileProvider;
pub use tccli::TccliProvider;
pub use web_identity::{WebIdentityProvider, WebIdentityProviderBuilder};
