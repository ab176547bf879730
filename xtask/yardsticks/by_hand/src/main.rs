//! Lists the zones of a region with one signed call, using only reqwest.
//!
//! Prints the same as the program in `../with_sdk`. The first argument is an endpoint. The credential
//! comes from the environment.

use std::env;
use std::error::Error;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, KeyInit as _, Mac as _};
use rustls::ClientConfig;
use rustls::crypto::ring;
use rustls_platform_verifier::BuilderVerifierExt as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

const SERVICE: &str = "cvm";
const VERSION: &str = "2017-03-12";
const ACTION: &str = "DescribeZones";
const REGION: &str = "ap-guangzhou";
const CONTENT_TYPE: &str = "application/json";

#[derive(Serialize)]
struct DescribeZonesRequest {}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Envelope {
    response: Response,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Response {
    error: Option<ApiError>,
    total_count: Option<u64>,
    #[serde(default)]
    zone_set: Vec<ZoneInfo>,
    request_id: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ApiError {
    code: String,
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ZoneInfo {
    zone: Option<String>,
    zone_state: Option<String>,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let endpoint =
        env::args().nth(1).unwrap_or_else(|| "https://cvm.tencentcloudapi.com".to_owned());
    let secret_id = env::var("TENCENTCLOUD_SECRET_ID")?;
    let secret_key = env::var("TENCENTCLOUD_SECRET_KEY")?;
    let (_, host) = endpoint.split_once("://").ok_or("invalid endpoint: expected a URL")?;
    let body = serde_json::to_vec(&DescribeZonesRequest {})?;
    let timestamp = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();

    let response = http_client()?
        .post(&endpoint)
        .header("Authorization", authorization(&secret_id, &secret_key, host, &body, timestamp))
        .header("Content-Type", CONTENT_TYPE)
        .header("X-TC-Action", ACTION)
        .header("X-TC-Version", VERSION)
        .header("X-TC-Timestamp", timestamp.to_string())
        .header("X-TC-Region", REGION)
        .body(body)
        .send()
        .await?
        .error_for_status()?;
    let response = serde_json::from_slice::<Envelope>(&response.bytes().await?)?.response;
    if let Some(ApiError { code, message }) = response.error {
        return Err(format!("{code}: {message} (request {})", response.request_id).into());
    }
    println!("{} zones", response.total_count.unwrap_or_default());
    for zone in response.zone_set {
        println!("{} {}", zone.zone.unwrap_or_default(), zone.zone_state.unwrap_or_default());
    }
    Ok(())
}

fn http_client() -> Result<reqwest::Client, Box<dyn Error>> {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_platform_verifier()?
        .with_no_client_auth();
    let client = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .connect_timeout(Duration::from_secs(10))
        .timeout(Duration::from_secs(60));
    Ok(client.build()?)
}

/// Returns the `Authorization` header of a request signed with TC3-HMAC-SHA256.
fn authorization(id: &str, key: &str, host: &str, body: &[u8], timestamp: u64) -> String {
    let date = date(timestamp);
    let canonical_request = format!(
        "POST\n/\n\ncontent-type:{CONTENT_TYPE}\nhost:{host}\n\ncontent-type;host\n{}",
        hex(&Sha256::digest(body))
    );
    let scope = format!("{date}/{SERVICE}/tc3_request");
    let hashed = hex(&Sha256::digest(canonical_request.as_bytes()));
    let string_to_sign = format!("TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{hashed}");
    let steps = [date.as_str(), SERVICE, "tc3_request", string_to_sign.as_str()];
    let first = format!("TC3{key}").into_bytes();
    let signature = steps.iter().fold(first, |key, text| hmac_sha256(&key, text.as_bytes()));
    format!(
        "TC3-HMAC-SHA256 Credential={id}/{scope}, SignedHeaders=content-type;host, Signature={}",
        hex(&signature)
    )
}

fn hmac_sha256(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC accepts a key of any length");
    mac.update(text);
    mac.finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Returns the UTC date of a timestamp. The calculation uses years that begin in March.
fn date(timestamp: u64) -> String {
    let days = timestamp / 86_400 + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}
