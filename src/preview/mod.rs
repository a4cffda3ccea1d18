//! The preview: a site in memory, served to browsers on this machine, following its files.
//!
//! Role: everything that a preview needs beside the session that `pipeline` keeps. It watches for changes (`watch`),
//! applies them one after the other (`updater`), answers requests from the resulting state (`server`, `pages`), and
//! notifies open browsers when their page changed (`events`, `versions`, `overlay`, and `live.js` in the browser). The
//! buttons on the page of a post share it (`share`, and `share.js` in the browser). It writes nothing. It does not know how
//! a page is made, how a finding is displayed, nor which day it is: the caller passes that in (`ui`).
//!
//! Threads: only the updater owns the session. Requests read the latest state, which is replaced as a whole and never
//! modified.

mod batch;
mod connections;
mod debounce;
mod desk;
mod events;
mod fetch_site;
mod file_event;
mod host;
mod inject;
mod mounts;
mod network;
mod overlay;
mod pages;
mod poll;
mod range;
mod roots;
mod route;
mod server;
mod share;
mod shared;
mod state;
mod ui;
mod updater;
mod version_cache;
mod versions;
mod watch;

pub(crate) use network::Listener;
pub(crate) use ui::{PreviewEvent, PreviewUi};
pub(crate) use watch::PollingReason;

use crate::diag::{Code, Diagnostic};
use crate::pipeline::{Request, Session};
use futures_util::future::{Either, select};
use host::AllowedHosts;
use share::ShareSource;
use shared::Server;
use state::PreviewState;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, watch as channel};
use updater::Updater;
use watch::SiteWatcher;

/// The most pages that are rendered at the same time; more would only compete for the processor.
const MAX_RENDER_THREADS: usize = 16;

/// A site that was read and is watched, but not yet served.
#[derive(Debug)]
pub(crate) struct Preview {
    session: Session,
    watch: SiteWatcher,
    share_source: ShareSource,
    first_state: Arc<PreviewState>,
}

impl Preview {
    /// Starts to watch the site, and reads it. Polls its files if `polling`.
    ///
    /// # Errors
    /// A finding when the folder is not a site. A site with errors is not an error here: it is served as far as
    /// possible.
    pub(crate) fn open(request: Request, polling: bool) -> Result<Self, Box<Diagnostic>> {
        let share_source = ShareSource {
            site: request.site.clone(),
            first_day: request.today,
        };
        // Started before reading, so that no change between the two is missed.
        let watch = SiteWatcher::start(&share_source.site, polling);
        let session = Session::open(request);
        let latest = session.latest();
        if let Some(finding) = latest.errors().find(|finding| finding.code == Code::NotASite) {
            return Err(Box::new(finding.clone()));
        }
        let errors = latest.errors().cloned().collect();
        let first_state = Arc::new(PreviewState::new(1, session.last_good(), latest, errors));
        Ok(Self {
            session,
            watch,
            share_source,
            first_state,
        })
    }

    /// The path of the site's base address, encoded for links: `/town`; often empty.
    #[must_use]
    pub(crate) fn prefix(&self) -> String {
        self.first_state.prefix()
    }

    /// Serves the site at `listener` until Ctrl-C.
    ///
    /// # Errors
    /// When the server cannot be started, or the updater failed.
    pub(crate) fn run(self, listener: Listener, ui: PreviewUi) -> io::Result<()> {
        let ui = Arc::new(ui);
        let (sender, states) = channel::channel(self.first_state);
        let site = self.share_source.site.clone();
        let server = Server {
            share_source: self.share_source,
            states,
            versions: version_cache::VersionCache::default(),
            ui: Arc::clone(&ui),
            hosts: AllowedHosts {
                network_ips: listener.network_ips(),
                host_name: listener.host_name,
            },
        };
        let updater = Updater::new(self.session, self.watch, &site, Arc::clone(&ui), sender);
        let (alive, over) = oneshot::channel::<()>();
        thread::Builder::new().name("updater".to_owned()).spawn(move || {
            updater.run();
            drop(alive);
        })?;
        let runtime = Builder::new_multi_thread()
            .worker_threads(2)
            .max_blocking_threads(MAX_RENDER_THREADS)
            .enable_all()
            .build()?;
        let failed = ui.text("serve-updater-failed", &[]);
        let ended = serve(&runtime, listener.listener, server, over);
        let ended = ended.and_then(|why| match why {
            ShutdownReason::Interrupted => Ok(()),
            ShutdownReason::UpdaterFailed => Err(io::Error::other(failed)),
        });
        // Open connections and unfinished pages are abandoned: the program ends now.
        runtime.shutdown_background();
        ended
    }
}

/// Why the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShutdownReason {
    /// The user pressed Ctrl-C.
    Interrupted,
    /// The updater failed, so changes are no longer applied and the served state would only get older.
    UpdaterFailed,
}

/// Serves until Ctrl-C, or until the updater ends.
fn serve(
    runtime: &Runtime,
    listener: std::net::TcpListener,
    server: Server,
    over: oneshot::Receiver<()>,
) -> io::Result<ShutdownReason> {
    runtime.block_on(async {
        listener.set_nonblocking(true)?;
        let listener = TcpListener::from_std(listener)?;
        tokio::spawn(connections::accept(listener, server));
        let (interrupted, over) = (pin!(wait_for_ctrl_c()), pin!(over));
        Ok(match select(interrupted, over).await {
            Either::Left(_) => ShutdownReason::Interrupted,
            Either::Right(_) => ShutdownReason::UpdaterFailed,
        })
    })
}

/// Waits for Ctrl-C. Waits for ever if no handler can be installed: then the system ends the program by itself.
async fn wait_for_ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
