//! Users and passwords: from the environment, or from the files in which people keep them. Never from the site.

use std::env;
use std::fs;
use std::path::PathBuf;
use url::Url;

/// The variables of a service's credentials, in the order in which an editor sets them.
const VARIABLES: [(&str, &[&str]); 5] = [
    ("s3", &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]),
    (
        "oss",
        &["ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    ),
    ("cos", &["TENCENTCLOUD_SECRET_ID", "TENCENTCLOUD_SECRET_KEY"]),
    ("obs", &["HUAWEI_CLOUD_ACCESS_KEY_ID", "HUAWEI_CLOUD_SECRET_ACCESS_KEY"]),
    ("webdav", &["WEBDAV_USERNAME", "WEBDAV_PASSWORD"]),
];

/// The variables of what stands beside credentials for a time.
const SESSION_TOKENS: [&str; 1] = ["AWS_SESSION_TOKEN"];

/// The sources of credentials, as a finding names them.
pub(super) fn sources(service: &str) -> &'static str {
    match service {
        "s3" => "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ~/.aws/credentials",
        "oss" => "ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "cos" => "TENCENTCLOUD_SECRET_ID, TENCENTCLOUD_SECRET_KEY",
        "obs" => "HUAWEI_CLOUD_ACCESS_KEY_ID, HUAWEI_CLOUD_SECRET_ACCESS_KEY",
        "webdav" => "WEBDAV_USERNAME, WEBDAV_PASSWORD, ~/.netrc",
        _ => "~/.ssh",
    }
}

/// The values of the variables of a service, unless one is not set.
pub(super) fn from_environment(service: &str) -> Option<Vec<String>> {
    let (_, names) = VARIABLES.iter().find(|(known, _)| *known == service)?;
    let values = names
        .iter()
        .map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    values.collect()
}

/// The user and the password for a WebDAV server: from the environment, else from the entry of its host in `.netrc`.
pub(super) fn for_webdav(endpoint: &str) -> Option<(String, String)> {
    if let Some([user, password]) = from_environment("webdav").as_deref() {
        return Some((user.clone(), password.clone()));
    }
    let host = Url::parse(endpoint).ok()?.host_str()?.to_owned();
    let home = env::home_dir()?;
    let files = [".netrc", "_netrc"].map(|name| home.join(name));
    let text = files.iter().find_map(|file: &PathBuf| fs::read_to_string(file).ok())?;
    netrc_entry(&text, &host)
}

/// The user and the password of a host in a file of the form of `.netrc` (the manual of GNU inetutils, "The .netrc file").
fn netrc_entry(text: &str, host: &str) -> Option<(String, String)> {
    let mut words = text.split_whitespace();
    let (mut is_meant, mut user, mut password) = (false, None, None);
    while let Some(word) = words.next() {
        match word {
            "machine" | "default" if is_meant => break,
            "machine" => is_meant = words.next() == Some(host),
            "default" => is_meant = true,
            "login" => user = words.next().filter(|_| is_meant).or(user),
            "password" => password = words.next().filter(|_| is_meant).or(password),
            _ => {}
        }
    }
    Some((user?.to_owned(), password?.to_owned()))
}

/// A text without the values of all variables of credentials.
pub(super) fn hide_credentials(text: &str) -> String {
    let names = VARIABLES.iter().flat_map(|(_, names)| *names).chain(&SESSION_TOKENS);
    let values = names.filter_map(|name| env::var(name).ok().filter(|value| !value.is_empty()));
    values.fold(text.to_owned(), |text, value| text.replace(&value, "…"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entry_of_a_host_is_found() {
        let text = "machine a.example login ann password one\nmachine b.example\n  login ben\n  password two\n";
        let entry = |host| netrc_entry(text, host).map(|(user, password)| format!("{user} {password}"));
        assert_eq!(entry("a.example").as_deref(), Some("ann one"));
        assert_eq!(entry("b.example").as_deref(), Some("ben two"));
        assert_eq!(entry("c.example"), None);
        let text = format!("{text}default login any password three");
        assert_eq!(
            netrc_entry(&text, "c.example").map(|entry| entry.0).as_deref(),
            Some("any")
        );
    }
}
