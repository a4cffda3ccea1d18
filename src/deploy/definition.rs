//! Reads `content/_publish.yaml`: the names of destinations, and where each of them is.
//!
//! The file is kept with the site, often in a repository that others read. So it holds no passwords: a key for one is an
//! error, and no finding shows the line of such a key.

use super::compressed::Encoding;
use super::destination::{Destination, DestinationKind, Destinations, RemoteSettings};
use crate::diag::{Checked, Code, Diagnostic, nearest};
use crate::schema::Rosters;
use crate::schema::check::{Checker, scalar, untagged};
use crate::yaml::{Mapping, Value, YamlDocument};
use jiff::tz::TimeZone;
use std::collections::BTreeSet;

/// The key for the sort of destination.
const TO: &str = "to";
/// The key for the encodings of compressed copies, which every destination may have.
const COMPRESS: &str = "compress";

/// A sort of destination: the value of `to`, the keys that it needs, and those that it may have.
struct Service {
    name: &'static str,
    required: &'static [&'static str],
    optional: &'static [&'static str],
}

/// All sorts of destinations. The keys of network services are those of opendal's configuration.
const SERVICES: [Service; 8] = [
    Service {
        name: "fs",
        required: &["root"],
        optional: &[],
    },
    Service {
        name: "git",
        required: &["remote", "branch"],
        optional: &[],
    },
    Service {
        name: "s3",
        required: &["bucket"],
        optional: &["root", "endpoint", "region", "enable_virtual_host_style"],
    },
    Service {
        name: "oss",
        required: &["bucket", "endpoint"],
        optional: &["root"],
    },
    Service {
        name: "cos",
        required: &["bucket", "endpoint"],
        optional: &["root"],
    },
    Service {
        name: "obs",
        required: &["bucket", "endpoint"],
        optional: &["root"],
    },
    Service {
        name: "webdav",
        required: &["endpoint"],
        optional: &["root"],
    },
    Service {
        name: "sftp",
        required: &["endpoint"],
        optional: &["root", "user", "key", "known_hosts_strategy"],
    },
];

/// Parts of the names of keys that hold credentials, in lower case and without `_` and `-`.
const SECRET_KEYS: [&str; 7] = [
    "password",
    "passwd",
    "secret",
    "token",
    "accesskey",
    "credential",
    "username",
];

/// Reads the destinations. Wrong ones are reported and left out.
#[must_use]
pub(crate) fn read_destinations(file: &str, text: &str) -> Checked<Destinations> {
    let (parsed, map) = YamlDocument::parse(file, text, &[]).into_map();
    // A destination has neither dates nor references.
    let (rosters, zone) = (Rosters::default(), TimeZone::UTC);
    let mut reader = DestinationReader {
        checker: Checker::new(&parsed.document, &rosters, &zone),
    };
    let mut destinations = Destinations::default();
    for (name, value) in &map {
        destinations.0.extend(reader.read(scalar(name).trim(), value));
    }
    let mut findings = parsed.findings;
    findings.append(&mut reader.checker.findings);
    Checked {
        value: destinations,
        findings: findings.into_iter().map(without_secret).collect(),
    }
}

struct DestinationReader<'c, 'd> {
    checker: Checker<'c, 'd>,
}

impl DestinationReader<'_, '_> {
    fn read(&mut self, name: &str, value: &Value) -> Option<Destination> {
        let Value::Mapping(map) = untagged(value) else {
            return self.checker.report_wrong_type(&[name], value, "map");
        };
        let secrets = self.report_secrets(name, map);
        let Some(to) = map.get(TO) else {
            return self.reject(&[name], "destination-no-to", |finding| {
                finding.with("known", service_names().join(", "))
            });
        };
        let to = scalar(to).trim().to_owned();
        let Some(service) = SERVICES.iter().find(|service| service.name == to) else {
            return self.reject(&[name, TO], "destination-unknown-to", |finding| {
                finding
                    .with("value", &*to)
                    .with_some("nearest", nearest(&to, service_names()))
                    .with("known", service_names().join(", "))
            });
        };
        let known: Vec<&str> = [TO, COMPRESS]
            .iter()
            .chain(service.required)
            .chain(service.optional)
            .copied()
            .collect();
        let mut plain = map.clone();
        plain.retain(|key, _| !is_secret_key(&scalar(key)));
        self.checker.check_known_keys(&[name], &plain, &known);
        let written: Vec<&str> = known.iter().copied().filter(|key| map.contains_key(*key)).collect();
        for key in written.into_iter().filter(|key| *key != COMPRESS) {
            if matches!(untagged(&map[key]), Value::Sequence(_) | Value::Mapping(_)) {
                return self.checker.report_wrong_type(&[name, key], &map[key], "string");
            }
        }
        let is_missing = |key: &&&str| self.text(map, key).is_empty();
        let missing: Vec<&str> = service.required.iter().filter(is_missing).copied().collect();
        if !missing.is_empty() {
            return self.reject(&[name], "destination-missing", |finding| {
                finding.with("missing", missing.join(", "))
            });
        }
        let compress = self.encodings(name, map)?;
        (secrets == 0).then(|| Destination {
            name: name.to_owned(),
            place: self.checker.document.key_place(&[name]),
            kind: self.kind(service, map),
            compress,
        })
    }

    /// The encodings of compressed copies: one, or several in a list. `None` after a finding.
    fn encodings(&mut self, name: &str, map: &Mapping) -> Option<BTreeSet<Encoding>> {
        let Some(value) = map.get(COMPRESS) else {
            return Some(BTreeSet::new());
        };
        let values = match untagged(value) {
            Value::Sequence(values) => values.as_slice(),
            Value::Mapping(_) => return self.checker.report_wrong_type(&[name, COMPRESS], value, "list"),
            value => std::slice::from_ref(value),
        };
        let mut encodings = BTreeSet::new();
        for value in values {
            let written = scalar(untagged(value));
            let word = written.trim().trim_start_matches('.').to_lowercase();
            match Encoding::ALL.into_iter().find(|encoding| encoding.ending() == word) {
                Some(encoding) => drop(encodings.insert(encoding)),
                None => {
                    let known = Encoding::ALL.map(Encoding::ending).join(", ");
                    return self.reject(&[name, COMPRESS], "destination-unknown-encoding", |finding| {
                        finding.with("value", &*word).with("known", known)
                    });
                }
            }
        }
        Some(encodings)
    }

    fn kind(&self, service: &Service, map: &Mapping) -> DestinationKind {
        match service.name {
            "fs" => DestinationKind::Folder {
                root: self.text(map, "root"),
            },
            "git" => DestinationKind::GitBranch {
                remote: self.text(map, "remote"),
                branch: self.text(map, "branch"),
            },
            _ => DestinationKind::Remote(self.remote_settings(service, map)),
        }
    }

    fn remote_settings(&self, service: &Service, map: &Mapping) -> RemoteSettings {
        let keys = service.required.iter().chain(service.optional).copied();
        let given = keys.map(|key| (key, self.text(map, key)));
        RemoteSettings {
            service: service.name,
            options: given.filter(|(_, value)| !value.is_empty()).collect(),
        }
    }

    /// The text of the value of `key`; empty when there is none.
    fn text(&self, map: &Mapping, key: &str) -> String {
        map.get(key)
            .map(|value| scalar(untagged(value)).trim().to_owned())
            .unwrap_or_default()
    }

    /// Reports every key that holds a credential, and every address with a password. Returns how many there are.
    fn report_secrets(&mut self, name: &str, map: &Mapping) -> usize {
        let mut count = 0;
        for (key, value) in map {
            let key = scalar(key).into_owned();
            let is_secret = is_secret_key(&key);
            if !is_secret && !has_password(&scalar(untagged(value))) {
                continue;
            }
            count += 1;
            let place = match is_secret {
                true => self.checker.document.key_place(&[name, &key]),
                false => self.checker.document.value_place(&[name, &key]),
            };
            let finding = Diagnostic::new(Code::SecretInFile).with("key", &*key).at(place);
            self.checker.findings.push(without_line(finding));
        }
        count
    }

    fn reject<T>(
        &mut self,
        path: &[&str],
        reason: &'static str,
        with: impl FnOnce(Diagnostic) -> Diagnostic,
    ) -> Option<T> {
        let place = match path {
            [_] => self.checker.document.key_place(path),
            _ => self.checker.document.value_place(path),
        };
        let finding = Diagnostic::new(Code::BadDestination)
            .with("name", path[0])
            .with("reason", reason);
        self.checker.findings.push(with(finding).at(place));
        None
    }
}

fn service_names() -> Vec<&'static str> {
    SERVICES.iter().map(|service| service.name).collect()
}

/// Whether a key is one for a password, an access key or a user's name.
fn is_secret_key(key: &str) -> bool {
    let key: String = key.to_lowercase().chars().filter(|c| !"_- ".contains(*c)).collect();
    SECRET_KEYS.iter().any(|part| key.contains(part)) || ["密码", "口令", "密钥"].iter().any(|word| key.contains(word))
}

/// Whether a text is an address with a user or password: `https://name:word@host/`. In `git@host:path`, the name is
/// that of the server's account, which is no secret.
fn has_password(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let user = host.rsplit_once('@').map(|(user, _)| user);
    user.is_some_and(|user| user.contains(':') || scheme.starts_with("http"))
}

/// The finding without its line when that may hold a credential. A typing error in the line must not print it, either.
fn without_secret(finding: Diagnostic) -> Diagnostic {
    let line = finding.place.as_ref().map_or("", |place| &place.excerpt);
    let words = line.split(|c: char| !c.is_alphanumeric() && !"_-".contains(c));
    if words.into_iter().any(is_secret_key) || line.contains('@') {
        return without_line(finding);
    }
    finding
}

/// The finding with the numbers of its line and column, without the line.
fn without_line(mut finding: Diagnostic) -> Diagnostic {
    if let Some(place) = &mut finding.place {
        place.excerpt.clear();
        place.unmasked = None;
        place.marked_span = (0, 0);
    }
    finding.fix = None;
    finding
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Checked<Destinations> {
        read_destinations("content/_publish.yaml", text)
    }

    fn codes(text: &str) -> Vec<(&'static str, usize, usize)> {
        let findings = read(text).findings;
        let place = |finding: &Diagnostic| {
            finding
                .place
                .as_ref()
                .map_or((0, 0), |place| (place.line, place.column))
        };
        findings
            .iter()
            .map(|finding| (finding.code.as_str(), place(finding).0, place(finding).1))
            .collect()
    }

    #[test]
    fn destinations_are_read_in_order() {
        let read = read("disk: {to: fs, root: ../www}\nbucket: {to: s3, bucket: town}\n");
        assert_eq!(read.findings, Vec::new());
        assert_eq!(read.value.names().collect::<Vec<_>>(), ["disk", "bucket"]);
        let root = "../www".to_owned();
        assert_eq!(read.value.0[0].kind, DestinationKind::Folder { root });
        assert_eq!(read.value.suggest("disc"), Some("disk"));
    }

    #[test]
    fn faults_have_their_places() {
        assert_eq!(codes("disk: ../www\n"), [("wrong-type", 1, 7)]);
        assert_eq!(codes("disk: {root: ../www}\n"), [("bad-destination", 1, 1)]);
        assert_eq!(codes("disk: {to: ftp, root: x}\n"), [("bad-destination", 1, 12)]);
        assert_eq!(
            codes("disk:\n  to: fs\n  rooot: x\n"),
            [("unknown-key", 3, 3), ("bad-destination", 1, 1)]
        );
        assert_eq!(codes("disk: {to: fs, root: [a]}\n"), [("wrong-type", 1, 22)]);
        assert_eq!(
            codes("disk: {to: fs, root: x, compress: [gz, zip]}\n"),
            [("bad-destination", 1, 35)]
        );
        assert_eq!(codes("- a\n"), [("yaml-syntax", 1, 1)]);
    }

    #[test]
    fn no_finding_shows_a_credential() {
        for text in [
            "b: {to: s3, bucket: t, secret_access_key: hunter2}\n",
            "b: {to: webdav, endpoint: 'https://me:hunter2@dav.example/'}\n",
            "b:\n  to: webdav\n  password：hunter2\n  endpoint: x\n",
            "b: {to: s4, token: hunter2}\n",
            "b: {to: s3, Access-Key: hunter2, bukcet: t}\n",
            "b:\n  to: git\n  remote: https://hunter2@git.example/a.git\n  branch: pages\n",
        ] {
            let read = read(text);
            assert!(read.value.0.is_empty(), "{text}");
            assert!(
                read.findings.iter().any(|finding| finding.code == Code::SecretInFile),
                "{text}"
            );
            assert!(!format!("{:?}", read.findings).contains("hunter2"), "{text}");
        }
        assert!(!has_password("git@git.example:town/site.git"));
        assert!(!has_password("ssh://git@git.example/town/site.git"));
    }
}
