//! Today's date. Only this module reads it from the clock; all other code takes the day as an input.

use super::command::CommandError;
use super::command::UsageError;
use super::console::Console;
use crate::pipeline::load_settings;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use std::path::Path;

/// Today in the time zone of the site in `site`.
///
/// If the variable `SOURCE_DATE_EPOCH` is set (seconds since 1970,
/// <https://reproducible-builds.org/specs/source-date-epoch/>), it replaces the clock.
pub(super) fn today(console: &Console, site: &Path) -> Result<Date, CommandError> {
    current_day(site)
        .map_err(|value| CommandError::Usage(UsageError::new(console.text("usage-bad-epoch", &[("value", &value)]))))
}

/// The same for a program that goes on running.
///
/// # Errors
/// The value of `SOURCE_DATE_EPOCH` when it is no time.
pub(super) fn current_day(site: &Path) -> Result<Date, String> {
    let now = match std::env::var_os("SOURCE_DATE_EPOCH").filter(|value| !value.is_empty()) {
        None => Timestamp::now(),
        Some(value) => {
            let value = value.to_string_lossy();
            let seconds = value.parse().ok();
            seconds
                .and_then(|seconds| Timestamp::from_second(seconds).ok())
                .ok_or_else(|| value.into_owned())?
        }
    };
    Ok(now.to_zoned(site_time_zone(site)).date())
}

/// The site's time zone. The default time zone when the folder is not a site, which the command itself reports.
fn site_time_zone(site: &Path) -> TimeZone {
    load_settings(site).unwrap_or_default().timezone
}
