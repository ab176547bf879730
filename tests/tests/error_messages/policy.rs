//! Policies: retries, the rate limit, and the clock.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::json;
use tencentcloud_common::policy::rate_limit::RateLimiter;
use tencentcloud_common::policy::retry::RetryReason;
use tencentcloud_common::runtime::{Clock, SystemClock};
use tencentcloud_common::{ClientProfile, CommonClient, RateLimit, RetryPolicy};

use super::fixtures::{Reply, block_on, builder};
use super::messages::Messages;

/// A clock before 1970.
struct Early;

impl Clock for Early {
    fn now(&self) -> SystemTime {
        UNIX_EPOCH - Duration::from_secs(1)
    }
}

pub(super) fn add(messages: &mut Messages) {
    messages.heading("RetryPolicy");
    let policy = RetryPolicy::builder;
    messages.add("A policy with zero attempts", policy().max_attempts(0).build());
    let (zero, second) = (Duration::ZERO, Duration::from_secs(1));
    messages.add(
        "An exponential backoff that begins with zero",
        policy().exponential_backoff(zero, second).build(),
    );
    messages.add(
        "An exponential backoff whose base is above its cap",
        policy().exponential_backoff(2 * second, second).build(),
    );

    messages.heading("RetryReason, as in the log");
    for (situation, reason) in [
        ("No connection was made", RetryReason::NotSent),
        ("The service refused because of too many requests", RetryReason::Throttled),
        ("The connection broke, or the time was up", RetryReason::Transient),
        ("The clock of the machine is corrected", RetryReason::ClockSkew),
        ("The service refused the temporary credential", RetryReason::CredentialExpired),
        ("The classifier of the program asks for it", RetryReason::Classified),
    ] {
        messages.text(situation, reason);
    }

    messages.heading("RateLimit");
    let limit = RateLimit::builder;
    messages.add("A rate limit of zero calls", limit().per_second(0.0).build());
    messages.add(
        "A rate limit of zero calls for one action",
        limit().action("DescribeZones", 0.0).build(),
    );
    messages.add(
        "A rate limit for an invalid action name",
        limit().action("Describe Zones", 1.0).build(),
    );
    let limit = limit().per_second(0.01).build().unwrap();
    let limiter = RateLimiter::new(limit.clone());
    let now = SystemClock.instant();
    limiter.reserve("ap-shanghai", "DescribeZones", now, second).unwrap();
    messages.add(
        "A permit of a `RateLimiter` that is later than the maximum wait",
        limiter.reserve("ap-shanghai", "DescribeZones", now, second),
    );
    let profile = ClientProfile::builder().rate_limit(limit).build().unwrap();
    let client: CommonClient = builder(Reply::ok()).profile(profile).build().unwrap();
    block_on(async {
        client.call_json("DescribeZones", json!({})).await.unwrap();
        messages.add(
            "A call that the rate limit allows only after its timeout",
            client.call_json("DescribeZones", json!({})).timeout(second).await,
        );
    });

    messages.heading("Clock");
    let client: CommonClient = builder(Reply::ok()).clock(Early).build().unwrap();
    messages
        .add("A clock before 1970", block_on(client.call_json("DescribeZones", json!({})).send()));
}
