//! Rate limits per signed-in user, or per client address without one.

use std::net::IpAddr;
use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};
use portal_domain::ground::id::UserId;

use crate::portal::settings::RateLimits;

/// Whose requests a limit counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Principal {
    /// A signed-in user.
    Person(UserId),
    /// A client address without a signed-in user.
    Address(IpAddr),
}

type Limiter =
    RateLimiter<Principal, DefaultKeyedStateStore<Principal>, DefaultClock, StateInformationMiddleware>;

/// The limits, shared by all workers of this process.
pub struct Limits {
    /// All requests other than those for tokens.
    pub general: Policy,
    /// Requests for tokens.
    pub sign_in: Policy,
    self_service: Policy,
}

/// A limit with a budget for each principal.
pub struct Policy {
    /// The name in the headers.
    pub name: &'static str,
    limiter: Limiter,
    /// The number of requests allowed at once.
    pub burst: u32,
    /// Seconds until an exhausted burst is fully restored.
    pub window_seconds: u64,
}

/// The limit is exhausted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetryAfter {
    /// Seconds to wait.
    pub seconds: u64,
}

/// How much of a limit is left.
pub struct Budget {
    /// Requests left.
    pub remaining: u32,
    /// Seconds until the burst is fully restored.
    pub reset_seconds: u64,
}

impl Policy {
    fn new(name: &'static str, quota: Quota) -> Self {
        let window = quota.replenish_interval() * quota.burst_size().get();
        Self {
            name,
            limiter: RateLimiter::keyed(quota).with_middleware(),
            burst: quota.burst_size().get(),
            window_seconds: window.as_secs().max(1),
        }
    }

    /// Counts a request. Fails with the time to wait if the limit is exhausted.
    pub fn check(&self, principal: &Principal) -> Result<Budget, RetryAfter> {
        match self.limiter.check_key(principal) {
            Ok(state) => {
                let remaining = state.remaining_burst_capacity();
                let used = self.burst.saturating_sub(remaining);
                let refill = state.quota().replenish_interval() * used;
                Ok(Budget { remaining, reset_seconds: refill.as_secs().max(1) })
            }
            Err(until) => {
                let seconds = until.wait_time_from(self.limiter.clock().now()).as_secs().max(1);
                Err(RetryAfter { seconds })
            }
        }
    }
}

impl Limits {
    /// Limits with these figures. A figure of 0 counts as 1.
    #[must_use]
    pub fn new(figures: RateLimits) -> Self {
        let at_least_one = |n: u32| NonZeroU32::new(n).unwrap_or(NonZeroU32::MIN);
        let general = Quota::per_second(at_least_one(figures.requests_per_second))
            .allow_burst(at_least_one(figures.request_burst));
        let sign_in = Quota::per_minute(at_least_one(figures.sign_ins_per_minute))
            .allow_burst(at_least_one(figures.sign_in_burst));
        let self_service = Quota::per_hour(at_least_one(figures.self_service_per_hour));
        Self {
            general: Policy::new("default", general),
            sign_in: Policy::new("sign-in", sign_in),
            self_service: Policy::new("self-service", self_service),
        }
    }

    /// Counts a self-service request from an address, which sends email or makes work for others.
    /// This limit is separate from the others.
    pub fn check_self_service(&self, address: IpAddr) -> Result<(), RetryAfter> {
        self.self_service.check(&Principal::Address(subscriber(address))).map(drop)
    }

    /// Removes principals without recent requests, so that the tables do not grow.
    pub fn tidy(&self) {
        self.general.limiter.retain_recent();
        self.sign_in.limiter.retain_recent();
        self.self_service.limiter.retain_recent();
    }
}

/// Reduces an IPv6 address to its /64, which is one subscriber. Leaves IPv4 addresses unchanged.
#[must_use]
pub fn subscriber(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(v6) => IpAddr::V6((v6.to_bits() >> 64 << 64).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn self_service_requests_are_limited_per_ipv4_address_or_ipv6_64_prefix() {
        let limits = Limits::new(RateLimits {
            requests_per_second: 1,
            request_burst: 1,
            sign_ins_per_minute: 1,
            sign_in_burst: 1,
            self_service_per_hour: 2,
            invitations_per_hour: 1,
            registrations_per_tax_id: 1,
            registrations_per_email: 1,
            registration_mails_per_hour: 1,
            new_practices_per_day: 1,
        });
        let is_admitted = |text: &str| limits.check_self_service(address(text)).is_ok();
        assert!(is_admitted("2001:db8:0:1::1") && is_admitted("2001:db8:0:1::2"));
        assert!(!is_admitted("2001:db8:0:1:ffff:ffff:ffff:ffff"), "the same /64");
        assert!(is_admitted("2001:db8:0:2::1"));
        assert!(is_admitted("192.0.2.1") && is_admitted("192.0.2.1") && !is_admitted("192.0.2.1"));
        assert!(is_admitted("192.0.2.2"));
    }
}
