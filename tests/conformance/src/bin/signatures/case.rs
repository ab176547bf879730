//! Test case: the random settings of a request, the arguments of the caller, and the sent request.

use serde_json::{Map, Value, json};
use tencentcloud_common::{Credential, Error};

use crate::random::Random;

/// Random settings of a request.
pub(crate) struct Case {
    /// Host that is signed.
    pub(crate) host: &'static str,
    /// API gateway that the request is sent to, or empty to send it to the host.
    pub(crate) gateway: &'static str,
    pub(crate) service: &'static str,
    pub(crate) action: &'static str,
    pub(crate) region: &'static str,
    pub(crate) language: &'static str,
    /// Name of the program in `X-TC-RequestClient`, or empty.
    pub(crate) program: &'static str,
    /// Whether host, region and language are options of the call and differ from those of the client.
    pub(crate) on_call: bool,
    pub(crate) timestamp: u64,
    pub(crate) nonce: u64,
    pub(crate) random_bytes: [u8; 16],
    secret_id: String,
    secret_key: String,
    token: Option<String>,
}

pub(crate) const VERSION: &str = "2017-03-12";

/// Name of the SDK in requests. It has the version of this package.
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

    /// Returns the output for the other SDK: how to create the request, and the request that was sent.
    pub(crate) fn line(&self, args: &Args<'_>, sent: &SentRequest) -> Value {
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
            "method": args.method, "sign_method": args.sign_method,
            "skip_sign": args.skip_sign, "unsigned": args.unsigned,
            "parameters": args.parameters, "files": args.files, "stream": args.stream.map(hex),
            "sent": {
                "method": sent.method, "authority": sent.authority, "path": sent.path,
                "query": sent.query, "headers": headers, "body": hex(&sent.body),
            },
        })
    }
}

/// Arguments of the caller.
pub(crate) struct Args<'a> {
    pub(crate) method: &'static str,
    pub(crate) sign_method: &'static str,
    pub(crate) skip_sign: bool,
    pub(crate) unsigned: bool,
    /// Parameters as JSON, with files in hexadecimal.
    pub(crate) parameters: String,
    /// Parameters that are files; `None` if the request is not multipart.
    pub(crate) files: Option<Vec<String>>,
    /// Body of an octet stream.
    pub(crate) stream: Option<&'a [u8]>,
}

/// Request that the SDK sent.
#[derive(Default)]
pub(crate) struct SentRequest {
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
