//! Keeps working while the endpoint of a region is down: the region breaker sends the calls to a
//! backup endpoint.
//!
//! ```text
//! cargo run --example fail_over
//! ```
//!
//! The endpoint that is down is a port on 127.0.0.1 where nothing listens. The backup is a local
//! server that this program starts.

use std::net::{SocketAddr, TcpListener};

use tencentcloud_common::bytes::Bytes;
use tencentcloud_common::http::Request;
use tencentcloud_common::transport::{HttpTransport, ReqwestTransport, SendFuture};
use tencentcloud_common::{ClientProfile, HttpProfile, Protocol, RegionBreakerProfile};
use tencentcloud_cvm::v20170312::CvmClient;
use tencentcloud_cvm::v20170312::models::DescribeZonesRequest;
use tencentcloud_local::LocalServer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let backup = LocalServer::start()?;
    let down = closed_port()?;

    // In the cloud: `ap-guangzhou.tencentcloudapi.com`, which is the default. The name of the
    // service is put in front of it.
    let breaker = RegionBreakerProfile::builder().backup_endpoint("backup.example");
    let http_profile = HttpProfile::builder()
        .protocol(Protocol::Http)
        .endpoint(format!("http://127.0.0.1:{down}"))
        .build()?;
    let profile = ClientProfile::builder()
        .http_profile(http_profile)
        .disable_region_breaker(false)
        // Two failures are enough for this example; the default is five.
        .region_breaker_profile(breaker.max_fail_num(2).build()?)
        .build()?;

    // Only this example needs its own transport: `backup.example` is not in the DNS.
    let transport = ResolveBackup {
        transport: ReqwestTransport::new(profile.http_profile())?,
        backup: backup.address(),
    };
    let client = CvmClient::builder()
        .credential(backup.credential())
        .region("ap-shanghai")
        .profile(profile)
        .transport(transport)
        .build()?;

    for number in 1..=4 {
        let call = client.describe_zones(DescribeZonesRequest::new()).with_metadata();
        match call.await {
            Ok((zones, metadata)) => println!(
                "call {number}: {} zones after {} attempts, from {}",
                zones.zone_set.len(),
                metadata.attempts(),
                metadata.endpoint(),
            ),
            Err(error) => println!("call {number}: {error}"),
        }
    }
    Ok(())
}

/// Sends requests for the backup to another address, as an entry in `/etc/hosts` would.
#[derive(Debug)]
struct ResolveBackup {
    transport: ReqwestTransport,
    backup: SocketAddr,
}

impl HttpTransport for ResolveBackup {
    fn send(&self, mut request: Request<Bytes>) -> SendFuture<'_> {
        if request.uri().host() == Some("cvm.backup.example")
            && let Ok(uri) = format!("http://{}/", self.backup).parse()
        {
            *request.uri_mut() = uri;
        }
        self.transport.send(request)
    }
}

/// Returns a port on which nothing listens.
fn closed_port() -> std::io::Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
