//! What a request is made of, beside its parameters, and what came of it.

use serde_json::{Map, Value, json};
use tencentcloud_common::{Credential, Error};

use crate::random::Random;

pub(crate) struct Case {
    /// What is signed for.
    pub(crate) host: &'static str,
    /// Where the request is sent instead; empty when it is sent to the host.
    pub(crate) gateway: &'static str,
    pub(crate) service: &'static str,
    pub(crate) action: &'static str,
    pub(crate) region: &'static str,
    pub(crate) language: &'static str,
    /// What the program calls itself; empty when it has no name.
    pub(crate) program: &'static str,
    /// Host, region and language are options of the call; those of the client are others.
    pub(crate) on_call: bool,
    pub(crate) timestamp: u64,
    pub(crate) nonce: u64,
    pub(crate) random_bytes: [u8; 16],
    secret_id: String,
    secret_key: String,
    token: Option<String>,
}

pub(crate) const VERSION: &str = "2017-03-12";

/// What the SDK calls itself: it has the version of this package.
const SDK: &str = concat!("SDK_RUST_", env!("CARGO_PKG_VERSION"));

impl Case {
    pub(crate) fn new(random: &mut Random) -> Self {
        let mut random_bytes = [0; 16];
        random_bytes.fill_with(|| random.next().to_le_bytes()[0]);
        let nonce = random_bytes.first_chunk().copied().map_or(0, u64::from_be_bytes) >> 1;
        Self {
            host: random.pick(&[
                "cvm.tencentcloudapi.com",
                "vpc.ap-shanghai-fsi.tencentcloudapi.com",
                "127.0.0.1:8080",
                "localhost:65535",
                "[::1]:9000",
                "xn--fiqs8s.example:1",
            ]),
            gateway: random.pick(&["", "", "", "gw.example.com", "10.0.0.1:8443"]),
            service: random.pick(&["cvm", "cbs", "vpc", "as", "sts", "ai3d"]),
            action: random.pick(&["DescribeInstances", "RunInstances", "UploadLog", "A"]),
            region: random.pick(&["", "ap-guangzhou", "na-siliconvalley"]),
            language: random.pick(&["zh-CN", "en-US"]),
            program: random.pick(&["", "my-tool", "a.b;c,d_e"]),
            on_call: random.one_in(3),
            timestamp: random.below(4_000_000_000),
            nonce: nonce.max(1),
            random_bytes,
            secret_id: random.word(36),
            secret_key: random.word(32),
            token: (!random.one_in(2)).then(|| random.word(200)),
        }
    }

    pub(crate) fn credential(&self) -> Result<Credential, Error> {
        match &self.token {
            None => Credential::new(self.secret_id.as_str(), self.secret_key.as_str()),
            Some(token) => Credential::with_token(
                self.secret_id.as_str(),
                self.secret_key.as_str(),
                token.as_str(),
            ),
        }
    }

    /// The line for the judge: how to make the request again, and what it has to be.
    pub(crate) fn line(&self, given: &Given<'_>, sent: &Sent) -> Value {
        let headers: Map<_, _> = sent
            .headers
            .iter()
            .map(|(name, value)| (name.clone(), Value::from(value.as_str())))
            .collect();
        let request_client = match self.program {
            "" => SDK.to_owned(),
            program => format!("{SDK}; {program}"),
        };
        json!({
            "host": self.host, "service": self.service, "version": VERSION,
            "action": self.action, "region": self.region, "language": self.language,
            "timestamp": self.timestamp, "nonce": self.nonce,
            "request_client": request_client, "gateway": self.gateway,
            "random": hex(&self.random_bytes),
            "secret_id": self.secret_id, "secret_key": self.secret_key, "token": self.token,
            "method": given.method, "sign_method": given.sign_method,
            "skip_sign": given.skip_sign, "unsigned": given.unsigned,
            "parameters": given.parameters, "files": given.files, "stream": given.stream.map(hex),
            "sent": {
                "method": sent.method, "authority": sent.authority, "path": sent.path,
                "query": sent.query, "headers": headers, "body": hex(&sent.body),
            },
        })
    }
}

/// What the caller says.
pub(crate) struct Given<'a> {
    pub(crate) method: &'static str,
    pub(crate) sign_method: &'static str,
    pub(crate) skip_sign: bool,
    pub(crate) unsigned: bool,
    /// The parameters as a JSON text, files as hexadecimal.
    pub(crate) parameters: String,
    /// The parameters that are files; `None` when it is no multipart request.
    pub(crate) files: Option<Vec<String>>,
    /// The body of an octet stream.
    pub(crate) stream: Option<&'a [u8]>,
}

/// What the SDK made of it.
#[derive(Default)]
pub(crate) struct Sent {
    pub(crate) method: String,
    pub(crate) authority: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
