//! Asks a server for files, as a browser does, and remembers what it answered.

use crate::diag::{Code, Diagnostic};
use std::io::{ErrorKind, Read as _};
use std::time::Duration;
use ureq::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, LOCATION};
use ureq::{Agent, Body, http};

/// The most bytes of an answer that are read. Of larger files only the length is compared.
pub(super) const MAX_BODY: u64 = 8 << 20;

/// How long is waited before a request is repeated.
const RETRIES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(2)];

/// The client of one check. It keeps its connections open.
pub(super) struct LiveClient {
    agent: Agent,
}

/// What a server answered.
#[derive(Debug, Default)]
pub(super) struct Answer {
    /// The status code.
    pub(super) status: u16,
    /// `Content-Type`; this and the following are empty when the header is missing.
    pub(super) content_type: String,
    /// `Content-Disposition`.
    pub(super) disposition: String,
    /// `Cache-Control`.
    pub(super) cache_control: String,
    location: String,
    /// `Content-Length`.
    pub(super) length: Option<u64>,
    /// The first [`MAX_BODY`] bytes. Empty when only the headers were asked for.
    pub(super) body: Vec<u8>,
}

/// Why a server did not answer.
#[derive(Debug)]
pub(super) struct NoAnswer {
    url: String,
    /// The key of the reason in the locales.
    reason: &'static str,
    detail: String,
}

impl Answer {
    /// The address to which the server sends the reader on.
    pub(super) fn redirect(&self) -> Option<&str> {
        let is_redirect = matches!(self.status, 301 | 302 | 303 | 307 | 308);
        (is_redirect && !self.location.is_empty()).then_some(self.location.as_str())
    }
}

impl NoAnswer {
    fn new(url: &str, error: &ureq::Error) -> Self {
        let reason = match error {
            ureq::Error::HostNotFound => "live-no-host",
            ureq::Error::Timeout(_) => "live-timeout",
            // This program is built without the feature `remote`.
            ureq::Error::TlsRequired => "live-no-https",
            ureq::Error::Tls(_) => "live-certificate",
            #[cfg(feature = "remote")]
            ureq::Error::Rustls(_) => "live-certificate",
            ureq::Error::Io(error) => match error.kind() {
                ErrorKind::ConnectionRefused => "live-refused",
                ErrorKind::TimedOut => "live-timeout",
                // An error of the encryption comes as one of the data.
                ErrorKind::InvalidData => "live-certificate",
                _ => "live-cut-off",
            },
            _ => "live-cut-off",
        };
        Self {
            url: url.to_owned(),
            reason,
            detail: error.to_string(),
        }
    }

    /// The finding for the editor.
    pub(super) fn to_diagnostic(&self) -> Diagnostic {
        let finding = Diagnostic::new(Code::LiveUnreachable).with("url", &*self.url);
        finding.with("reason", self.reason).with("detail", &*self.detail)
    }
}

impl LiveClient {
    /// A client that trusts the certificates that this computer trusts, and uses the proxy of its environment.
    pub(super) fn new() -> Self {
        let config = Agent::config_builder();
        #[cfg(feature = "remote")]
        let config = config.tls_config(
            ureq::tls::TlsConfig::builder()
                .root_certs(ureq::tls::RootCerts::PlatformVerifier)
                .build(),
        );
        let config = config
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("xiangyin/", env!("CARGO_PKG_VERSION")))
            .accept_encoding("identity")
            .timeout_connect(Some(Duration::from_secs(10)))
            .timeout_recv_response(Some(Duration::from_secs(30)))
            .timeout_recv_body(Some(Duration::from_secs(120)));
        Self {
            agent: config.build().new_agent(),
        }
    }

    /// Asks for a file.
    ///
    /// # Errors
    /// When the server does not answer, also when asked again.
    pub(super) fn get(&self, url: &str) -> Result<Answer, NoAnswer> {
        self.ask(url, || self.agent.get(url).call())
    }

    /// Asks for the headers of a file.
    ///
    /// # Errors
    /// When the server does not answer, also when asked again.
    pub(super) fn head(&self, url: &str) -> Result<Answer, NoAnswer> {
        self.ask(url, || self.agent.head(url).call())
    }

    fn ask(&self, url: &str, call: impl Fn() -> Result<http::Response<Body>, ureq::Error>) -> Result<Answer, NoAnswer> {
        for pause in RETRIES {
            match call().and_then(read_answer) {
                Ok(answer) if !is_overloaded(answer.status) => return Ok(answer),
                Err(error) if !is_transient(&error) => return Err(NoAnswer::new(url, &error)),
                _ => std::thread::sleep(pause),
            }
        }
        call().and_then(read_answer).map_err(|error| NoAnswer::new(url, &error))
    }
}

fn read_answer(mut response: http::Response<Body>) -> Result<Answer, ureq::Error> {
    let header = |name: HeaderName| {
        let value = response.headers().get(name);
        value.map_or_else(String::new, |value| {
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        })
    };
    let mut answer = Answer {
        status: response.status().as_u16(),
        content_type: header(CONTENT_TYPE),
        disposition: header(CONTENT_DISPOSITION),
        cache_control: header(CACHE_CONTROL),
        location: header(LOCATION),
        length: header(CONTENT_LENGTH).parse().ok(),
        body: Vec::new(),
    };
    let reader = response.body_mut().as_reader();
    reader.take(MAX_BODY).read_to_end(&mut answer.body)?;
    Ok(answer)
}

/// Whether a server asks to be asked again later (RFC 9110, 15.6; RFC 6585, 4).
fn is_overloaded(status: u16) -> bool {
    matches!(status, 429 | 502..=504)
}

/// Whether a request may succeed the next time.
fn is_transient(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Timeout(_) | ureq::Error::ConnectionFailed => true,
        ureq::Error::Io(error) => !matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::ConnectionRefused),
        _ => false,
    }
}
