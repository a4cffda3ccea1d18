//! Why an operation at a service failed, in words for the editor and without secrets.

use super::credentials::hide_credentials;
use crate::deploy::error::PublishError;
use opendal::ErrorKind;
use std::error::Error;

/// The most characters of what a service said.
const MAX_DETAIL: usize = 200;

/// What services write in their errors, and the key of the reason. The first one counts.
const MARKS: [(&str, &str); 22] = [
    ("RequestTimeTooSkewed", "why-clock"),
    ("NoSuchBucket", "why-no-bucket"),
    ("InvalidBucketName", "why-no-bucket"),
    ("status: 507", "why-disk-full"),
    ("InsufficientStorage", "why-disk-full"),
    ("QuotaExceeded", "why-disk-full"),
    ("No space left", "why-disk-full"),
    ("status: 401", "why-denied"),
    ("status: 403", "why-denied"),
    ("Permission denied", "why-denied"),
    ("Host key verification failed", "why-host-key"),
    ("HOST IDENTIFICATION HAS CHANGED", "why-host-key"),
    ("No such file", "why-not-found"),
    ("dns error", "live-no-host"),
    ("Could not resolve", "live-no-host"),
    ("Connection refused", "live-refused"),
    ("certificate", "live-certificate"),
    ("timeout", "live-timeout"),
    ("timed out", "live-timeout"),
    ("Connection closed", "live-cut-off"),
    ("Connection reset", "live-cut-off"),
    ("send http request", "live-cut-off"),
];

/// An operation that failed.
#[derive(Debug, Clone)]
pub(super) struct Failure {
    /// The key of what was tried.
    pub(super) action: &'static str,
    /// The file, as an editor can find it.
    pub(super) path: String,
    /// From where the user and the password are taken.
    pub(super) credentials: Option<&'static str>,
}

impl Failure {
    /// The error for a reason of which the key is known.
    pub(super) fn of(self, reason: &'static str, detail: &str) -> PublishError {
        let is_about_user = matches!(reason, "why-denied" | "why-no-credentials");
        PublishError::Service {
            action: self.action,
            path: self.path,
            reason,
            detail: shorten(detail),
            credentials: self.credentials.filter(|_| is_about_user),
        }
    }

    /// The error for what a program or a server said.
    pub(super) fn said(self, text: &str) -> PublishError {
        self.of(reason_of(text).unwrap_or("why-service"), text)
    }

    /// The error for an error of `opendal`.
    pub(super) fn operator(self, error: &opendal::Error) -> PublishError {
        let detail = operator_detail(error);
        let text = format!("{error} {detail}");
        let reason = reason_of(&text).unwrap_or(match error.kind() {
            ErrorKind::PermissionDenied => "why-denied",
            ErrorKind::NotFound => "why-not-found",
            ErrorKind::RateLimited => "why-overloaded",
            _ if text.contains("credential") => "why-no-credentials",
            _ => "why-service",
        });
        self.of(reason, &detail)
    }
}

fn reason_of(text: &str) -> Option<&'static str> {
    let found = MARKS.iter().find(|(mark, _)| text.contains(mark));
    found.map(|(_, reason)| *reason)
}

/// What a service said, without the surroundings of `opendal`'s report, which has whole addresses and headers.
fn operator_detail(error: &opendal::Error) -> String {
    let message = error.message();
    if let (Some(code), Some(said)) = (quoted(message, "code: \""), quoted(message, "message: \"")) {
        return format!("{code}: {said}");
    }
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(deeper) = cause.and_then(Error::source) {
        cause = Some(deeper);
    }
    match cause {
        Some(cause) => cause.to_string(),
        None => message.to_owned(),
    }
}

/// What stands after `start` up to the next quotation mark.
fn quoted<'t>(text: &'t str, start: &str) -> Option<&'t str> {
    text.split_once(start)?.1.split('"').next()
}

/// The first characters of the lines that are no markup, in one line and without credentials.
fn shorten(text: &str) -> String {
    let is_markup = text.trim_start().starts_with('<');
    let lines = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !is_markup);
    let line = hide_credentials(&lines.collect::<Vec<_>>().join("; "));
    line.chars().take(MAX_DETAIL).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use opendal::Error;

    fn reason(error: &Error) -> (&'static str, String) {
        let failure = Failure {
            action: "act-write",
            path: "s3://town/a".to_owned(),
            credentials: Some("AWS_ACCESS_KEY_ID"),
        };
        match failure.operator(error) {
            PublishError::Service { reason, detail, .. } => (reason, detail),
            error => panic!("{error:?}"),
        }
    }

    #[test]
    fn errors_of_services_become_reasons() {
        let said =
            r#"S3Error { code: "RequestTimeTooSkewed", message: "The difference is too large.", resource: "/a" }"#;
        let clock = Error::new(ErrorKind::PermissionDenied, said);
        let detail = "RequestTimeTooSkewed: The difference is too large.".to_owned();
        assert_eq!(reason(&clock), ("why-clock", detail));
        let denied = Error::new(ErrorKind::PermissionDenied, "<html>403</html>");
        assert_eq!(reason(&denied), ("why-denied", String::new()));
        let full = Error::new(ErrorKind::Unexpected, "").with_context("response", "Parts { status: 507 }");
        assert_eq!(reason(&full).0, "why-disk-full");
        let none = Error::new(ErrorKind::ConfigInvalid, "no valid credential found");
        assert_eq!(reason(&none).0, "why-no-credentials");
    }
}
