//! HTTP clients of a test portal.

use std::sync::Barrier;
use std::time::Duration;

use serde_json::Value;
use ureq::Agent;
use ureq::http::{HeaderMap, Request};

use crate::contract;

/// A client.
#[derive(Clone)]
pub struct Client {
    agent: Agent,
    base: String,
    token: Option<String>,
    purpose: Option<&'static str>,
    checks_contract: bool,
    tolerates_outages: bool,
}

/// A response.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Vec<u8>,
}

/// A request under construction.
pub struct Call<'c> {
    client: &'c Client,
    method: String,
    path: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Client {
    /// A client for this base URL, with an access token or anonymous.
    #[must_use]
    pub fn new(base: &str, token: Option<String>) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .allow_non_standard_methods(true)
            .max_redirects(0)
            .timeout_global(Some(Duration::from_secs(30)))
            .build();
        Self {
            agent: config.into(),
            base: base.into(),
            token,
            purpose: None,
            checks_contract: true,
            tolerates_outages: false,
        }
    }

    /// A copy that does not check responses against the contract, for requests that no regular
    /// client would send.
    #[must_use]
    pub fn unchecked(&self) -> Self {
        Self { checks_contract: false, ..self.clone() }
    }

    /// A copy that accepts 503 responses. Any other 5xx still fails the test.
    #[must_use]
    pub fn tolerating_outages(&self) -> Self {
        Self { tolerates_outages: true, ..self.clone() }
    }

    /// A copy that states this purpose in every request; `None` states none.
    #[must_use]
    pub fn with_purpose(&self, purpose: Option<&'static str>) -> Self {
        Self { purpose, ..self.clone() }
    }

    /// The access token.
    #[must_use]
    pub fn token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// Starts a request with this method.
    #[must_use]
    pub fn call(&self, method: &str, path: &str) -> Call<'_> {
        Call { client: self, method: method.into(), path: path.into(), headers: vec![], body: None }
    }

    /// Sends a GET request.
    #[must_use]
    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    /// Sends a POST request without a body.
    #[must_use]
    pub fn post_empty(&self, path: &str) -> Answer {
        self.call("POST", path).send()
    }

    /// Sends a POST request with a JSON body.
    #[must_use]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.call("POST", path).json(body).send()
    }

    /// Sends a POST request with a form.
    #[must_use]
    pub fn post_form(&self, path: &str, form: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
        self.call("POST", path)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.join("&").into_bytes())
            .send()
    }

    /// All items of a list, fetched page by page.
    #[must_use]
    pub fn all(&self, path: &str) -> Vec<Value> {
        let mut items = Vec::new();
        let mut next = path.to_owned();
        loop {
            let page = self.get(&next).expect(200).json();
            items.extend(page["items"].as_array().unwrap().clone());
            let Some(cursor) = page["next_cursor"].as_str() else { return items };
            let glue = if path.contains('?') { '&' } else { '?' };
            next = format!("{path}{glue}cursor={cursor}");
        }
    }
}

/// Percent-encodes a value for a query or form.
#[must_use]
pub fn encoded(value: &str) -> String {
    value
        .bytes()
        .map(
            |byte| {
                if byte.is_ascii_alphanumeric() {
                    char::from(byte).to_string()
                } else {
                    format!("%{byte:02X}")
                }
            },
        )
        .collect()
}

impl Call<'_> {
    /// Adds a header.
    #[must_use]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Sets the body.
    #[must_use]
    pub fn body(mut self, body: Vec<u8>) -> Self {
        self.body = Some(body);
        self
    }

    /// Sets a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.header("content-type", "application/json").body(body.to_string().into_bytes())
    }

    /// Sends the request. Fails the test on a 5xx status and on a violation of the contract.
    #[must_use]
    pub fn send(self) -> Answer {
        let Call { client, method, path, headers, body } = self;
        let mut request = Request::builder().method(method.as_str()).uri(format!("{}{path}", client.base));
        if let Some(token) = &client.token {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        if let Some(purpose) = client.purpose {
            request = request.header("purpose", purpose);
        }
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let sent = match body {
            Some(body) => client.agent.run(request.body(body).unwrap()),
            None => client.agent.run(request.body(()).unwrap()),
        };
        let mut response = sent.unwrap_or_else(|error| panic!("{method} {path}: {error}"));
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.body_mut().read_to_vec().unwrap(),
        };
        let borne = client.tolerates_outages && answer.status == 503;
        assert!(answer.status < 500 || borne, "{method} {path}: {} {}", answer.status, answer.text());
        if client.checks_contract {
            contract::check(&method, &path, answer.status, answer.header("content-type"), &answer.body);
        }
        answer
    }
}

impl Answer {
    /// Checks the status and returns the response.
    #[must_use]
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status, status, "{}", self.text());
        self
    }

    /// The body as JSON.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The body without the request ID, to compare responses to different requests.
    #[must_use]
    #[track_caller]
    pub fn without_request_id(&self) -> Value {
        let mut body = self.json();
        body["request_id"] = Value::Null;
        body
    }

    /// The body as text.
    #[must_use]
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The value of a header.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// Checks that the response is a problem with this status and code; returns its body.
    #[must_use]
    #[track_caller]
    pub fn problem(self, status: u16, code: &str) -> Value {
        let answer = self.expect(status);
        assert_eq!(answer.header("content-type"), Some("application/problem+json"));
        let document = answer.json();
        assert_eq!(document["code"], code, "{document:#}");
        assert_eq!(document["request_id"].as_str(), answer.header("x-request-id"));
        document
    }
}

/// Runs all requests at the same moment, each on its own thread; returns the results in order.
pub fn at_once<T: Send>(requests: impl IntoIterator<Item: FnOnce() -> T + Send>) -> Vec<T> {
    let requests: Vec<_> = requests.into_iter().collect();
    let barrier = &Barrier::new(requests.len());
    std::thread::scope(|scope| {
        let threads: Vec<_> = requests
            .into_iter()
            .map(|request| {
                scope.spawn(move || {
                    barrier.wait();
                    request()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}
