//! `xiangyin serve`: a preview that updates when the site's files change.

use super::args::MessageFormat;
use super::command::UsageError;
use super::command::{Command, CommandError, ExitStatus};
use super::console::Console;
use super::findings::{DiagnosticRenderer, UNCUT};
use super::terminal;
use super::{args, today};
use crate::diag::Diagnostic;
use crate::messages::Lang;
use crate::pipeline::Request;
use crate::preview::{Listener, PollingReason, Preview, PreviewEvent, PreviewUi};
use clap::ArgMatches;
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use std::io::{self, Write as _};
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

pub(super) const COMMAND: Command = Command {
    name: "serve",
    declare,
    run,
};

const DEFAULT_HOST: &str = "127.0.0.1";
const DEFAULT_PORT: u16 = 4000;

/// The most events that wait for the terminal. A blocked terminal must not hold up the preview, so further events are
/// dropped.
const EVENT_QUEUE_SIZE: usize = 1000;

fn declare(lang: Lang, command: clap::Command) -> clap::Command {
    command
        .arg(args::site_option(lang))
        .arg(args::option(lang, "host").value_name("HOST"))
        .arg(args::option(lang, "port").value_name("PORT").value_parser(parse_port))
        .arg(args::flag(lang, "drafts"))
        .arg(args::flag(lang, "open"))
        .arg(args::flag(lang, "poll"))
}

fn run(console: &Console, matches: &ArgMatches) -> Result<ExitStatus, CommandError> {
    let site = args::site_folder(matches);
    let drafts = matches.get_flag("drafts");
    let request = Request {
        drafts,
        future: drafts,
        // Only the office sees the preview.
        internal: true,
        ..Request::new(site.clone(), today::today(console, &site)?)
    };
    let preview = match Preview::open(request, matches.get_flag("poll")) {
        Ok(preview) => preview,
        Err(finding) => {
            console.print_findings(&[*finding])?;
            return Ok(ExitStatus::Findings);
        }
    };
    let listener = open_listener(console, matches)?;
    print_addresses(console, matches, &listener, &preview.prefix())?;
    let ui = PreviewUi {
        lang: console.lang,
        render_finding: render_plain,
        today: |site| today::current_day(site).ok(),
        on_event: spawn_event_printer(console.clone()),
    };
    preview.run(listener, ui)?;
    Ok(ExitStatus::Done)
}

/// Parses a port. The error is the key of its message.
fn parse_port(value: &str) -> Result<u16, &'static str> {
    value.parse().map_err(|_| "usage-no-port")
}

/// Opens the port. Prints the port that is used instead when it is taken.
fn open_listener(console: &Console, matches: &ArgMatches) -> Result<Listener, CommandError> {
    let host = matches.get_one::<String>("host").map_or(DEFAULT_HOST, String::as_str);
    let port = matches.get_one::<u16>("port").copied().unwrap_or(DEFAULT_PORT);
    let listener = Listener::bind(host, port).map_err(|error| {
        let (port, reason) = (port.to_string(), error.to_string());
        let values = [("host", host), ("port", port.as_str()), ("reason", reason.as_str())];
        CommandError::Usage(UsageError::new(console.text("serve-no-door", &values)))
    })?;
    if port != 0 && listener.port() != port {
        let values = [("wanted", &*port.to_string()), ("port", &*listener.port().to_string())];
        console.eprint_line(&console.text("serve-port-taken", &values))?;
    }
    Ok(listener)
}

/// Prints the addresses of the preview, and opens it in a browser on `--open`.
fn print_addresses(console: &Console, matches: &ArgMatches, listener: &Listener, prefix: &str) -> io::Result<()> {
    let local_url = listener.local_url(prefix);
    console.print_url(&console.text("serve-here", &[("url", &local_url)]))?;
    let network_urls = listener.network_urls(prefix);
    for url in &network_urls {
        console.print_url(&console.text("serve-elsewhere", &[("url", url)]))?;
    }
    if let Some(code) = network_urls.first().and_then(|url| QrCode::new(url).ok()) {
        print_qr_code(console, &code)?;
    }
    if listener.is_open_to_network() {
        console.print_url(&console.text("serve-readers", &[]))?;
    }
    console.print_status(&console.text("serve-stop", &[]))?;
    if matches.get_flag("open")
        && let Err(error) = open::that_detached(&local_url)
    {
        console.eprint_line(&console.text("serve-no-browser", &[("reason", &error.to_string())]))?;
    }
    Ok(())
}

/// Prints a QR code. Its colour codes are the program's own, so they are not escaped.
fn print_qr_code(console: &Console, code: &QrCode) -> io::Result<()> {
    if console.is_quiet || console.format != MessageFormat::Human {
        return Ok(());
    }
    writeln!(io::stdout(), "{}", draw_qr_code(code))
}

/// A QR code as text. On a terminal with colours it is dark on light, set by colour codes. Elsewhere it is inverted, because most
/// terminals show light text on dark; phones read inverted codes as well.
fn draw_qr_code(code: &QrCode) -> String {
    let mut renderer = code.render::<Dense1x2>();
    let (dark, light) = (Dense1x2::Dark, Dense1x2::Light);
    if !terminal::is_coloured(&io::stdout()) {
        return renderer.dark_color(light).light_color(dark).build();
    }
    let text = renderer.dark_color(dark).light_color(light).build();
    let lines = text.lines().map(|line| format!("\u{1b}[30;47m{line}\u{1b}[0m"));
    lines.collect::<Vec<_>>().join("\n")
}

/// A finding as `build` prints it, without colours, for the browser.
fn render_plain(lang: Lang, finding: &Diagnostic) -> String {
    DiagnosticRenderer::new(lang, false, UNCUT).render(finding)
}

/// Returns a callback that prints events on a thread of its own.
fn spawn_event_printer(console: Console) -> Box<dyn Fn(PreviewEvent) + Send + Sync> {
    let (sender, receiver) = sync_channel(EVENT_QUEUE_SIZE);
    thread::spawn(move || print_events(&console, &receiver));
    Box::new(move |event| {
        // The queue is full, or the printer has stopped: see `EVENT_QUEUE_SIZE`.
        let _ = sender.try_send(event);
    })
}

/// Prints events until the channel closes. When the terminal is closed, printing stops and the preview goes on.
fn print_events(console: &Console, events: &Receiver<PreviewEvent>) {
    for event in events {
        if print_event(console, event).and_then(|()| io::stdout().flush()).is_err() {
            return;
        }
    }
}

fn print_event(console: &Console, event: PreviewEvent) -> io::Result<()> {
    match event {
        PreviewEvent::Warnings(warnings) => console.print_findings(&warnings),
        PreviewEvent::Updated { paths, time } => console.print_status(&update_line(console, &paths, time)),
        PreviewEvent::Errors(errors) => {
            console.print_findings(&errors)?;
            console.eprint_line(&console.text("serve-kept", &[]))
        }
        PreviewEvent::ErrorsFixed => console.print_status(&console.text("serve-mended", &[])),
        PreviewEvent::Polling(PollingReason::Requested) => console.eprint_line(&console.text("serve-polling", &[])),
        PreviewEvent::Polling(PollingReason::FileSystem(file_system)) => {
            console.eprint_line(&console.text("serve-polling-drive", &[("sort", &file_system)]))
        }
        PreviewEvent::Polling(PollingReason::WatchLimit(_)) => {
            console.eprint_line(&console.text("serve-polling-limit", &[]))
        }
    }
}

/// The line for one update: what changed, and how long the update took.
fn update_line(console: &Console, paths: &[String], time: Duration) -> String {
    let time = format!("{:.1}", time.as_secs_f64() * 1000.0);
    let count = paths.len().to_string();
    let (key, path) = match paths {
        [] => ("serve-updated-all", ""),
        [path] => ("serve-updated", path.as_str()),
        [path, ..] => ("serve-updated-many", path.as_str()),
    };
    console.text(key, &[("path", path), ("n", &count), ("time", &time)])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_a_number_up_to_65535() {
        assert_eq!(parse_port("0"), Ok(0));
        assert_eq!(parse_port("65535"), Ok(65535));
        for wrong in ["65536", "-1", "", "http", "4000 "] {
            assert_eq!(parse_port(wrong), Err("usage-no-port"), "{wrong}");
        }
    }

    #[test]
    fn all_lines_of_a_qr_code_have_the_same_width() {
        let code = QrCode::new("http://192.168.1.5:4000/town/").unwrap();
        let drawn = draw_qr_code(&code);
        let widths: Vec<usize> = drawn.lines().map(|line| line.chars().count()).collect();
        assert!(
            widths.len() > 12 && widths.iter().all(|width| width == &widths[0]),
            "{drawn}"
        );
    }
}
