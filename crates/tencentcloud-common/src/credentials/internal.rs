//! Code that several providers share: requests to STS and the metadata service, and files.

pub(super) mod credential_file;
pub(super) mod exchange;
pub(super) mod file_reader;
pub(super) mod ini;
pub(super) mod role_session;
pub(super) mod sts_client;
pub(super) mod temporary_key;
