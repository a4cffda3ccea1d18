//! The preview: a site in memory, served to browsers on this machine, following its files.
//!
//! Role: one room for what a preview needs beside the session that `pipeline` keeps: noticing changes (`watch`), taking
//! them in one after the other (`updater`), answering requests from the state that came of it (`server`, `pages`), and
//! telling open browsers what became of their page (`events`, `versions`, `overlay`, and `live.js` in the browser). It
//! writes nothing. It does not know how a page is made, nor how a finding looks: that is handed in (`voice`).
//!
//! Threads: the updater owns the session alone; requests read the last state, which is exchanged as a whole and never
//! changed.

mod batch;
mod debounce;
mod desk;
mod events;
mod file_event;
mod host;
mod inject;
mod mounts;
mod network;
mod overlay;
mod pages;
mod poll;
mod roots;
mod route;
mod server;
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
use server::LocalAddress;
use shared::Server;
use state::PreviewState;
use std::io;
use std::path::PathBuf;
use std::pin::pin;
use std::sync::Arc;
use std::thread;
use tokio::net::TcpListener;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{oneshot, watch as channel};
use updater::Updater;
use watch::SiteWatcher;

/// Pages made at the same time at most; more would only take turns on the processor.
const MAX_RENDER_THREADS: usize = 16;

/// A site that was read and is watched, not served yet.
#[derive(Debug)]
pub(crate) struct Preview {
    session: Session,
    watch: SiteWatcher,
    site: PathBuf,
    first_state: Arc<PreviewState>,
}

impl Preview {
    /// Starts to watch the site and reads it; looks at its files again and again if `polling`.
    ///
    /// # Errors
    /// A finding when the folder is no site. A site with errors is no error here: it is shown as far as it can be.
    pub(crate) fn open(request: Request, polling: bool) -> Result<Self, Box<Diagnostic>> {
        let site = request.site.clone();
        // Before reading, so that no change falls between the two.
        let watch = SiteWatcher::start(&site, polling);
        let session = Session::open(request);
        let newest = session.latest();
        if let Some(finding) = newest.errors().find(|finding| finding.code == Code::NotASite) {
            return Err(Box::new(finding.clone()));
        }
        let errors = newest.errors().cloned().collect();
        let first = Arc::new(PreviewState::new(1, session.last_good(), newest, errors));
        Ok(Self {
            session,
            watch,
            site,
            first_state: first,
        })
    }

    /// The path of the site's base address as it stands in links: `/town`, often empty.
    #[must_use]
    pub(crate) fn prefix(&self) -> String {
        self.first_state.prefix()
    }

    /// Serves the site at `door` until Ctrl-C.
    ///
    /// # Errors
    /// When the server cannot be started, or the updater has failed.
    pub(crate) fn run(self, door: Listener, voice: PreviewUi) -> io::Result<()> {
        let voice = Arc::new(voice);
        let (sender, states) = channel::channel(self.first_state);
        let server = Server {
            states,
            versions: version_cache::VersionCache::default(),
            ui: Arc::clone(&voice),
            hosts: AllowedHosts {
                network_ips: door.network_ips(),
                host_name: door.host_name,
            },
        };
        let updater = Updater::new(self.session, self.watch, &self.site, Arc::clone(&voice), sender);
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
        let failed = voice.text("serve-updater-failed", &[]);
        let ended = serve(&runtime, door.listener, server, over);
        let ended = ended.and_then(|why| match why {
            ShutdownReason::Interrupted => Ok(()),
            ShutdownReason::UpdaterFailed => Err(io::Error::other(failed)),
        });
        // Open connections and pages being made are left behind: the program ends now.
        runtime.shutdown_background();
        ended
    }
}

/// Why the server ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ShutdownReason {
    /// Somebody wished it.
    Interrupted,
    /// Nothing takes changes in any more: the updater has failed, and what is served would only get older.
    UpdaterFailed,
}

/// Serves until Ctrl-C, or until the updater is no more.
fn serve(
    runtime: &Runtime,
    door: std::net::TcpListener,
    server: Server,
    over: oneshot::Receiver<()>,
) -> io::Result<ShutdownReason> {
    runtime.block_on(async {
        door.set_nonblocking(true)?;
        let listener = TcpListener::from_std(door)?;
        let service = server::router(server).into_make_service_with_connect_info::<LocalAddress>();
        let serving = axum::serve(listener, service).into_future();
        let (interrupted, over) = (pin!(wait_for_ctrl_c()), pin!(over));
        match select(pin!(serving), select(interrupted, over)).await {
            Either::Left((served, _)) => served.map(|()| ShutdownReason::UpdaterFailed),
            Either::Right((Either::Left(_), _)) => Ok(ShutdownReason::Interrupted),
            Either::Right((Either::Right(_), _)) => Ok(ShutdownReason::UpdaterFailed),
        }
    })
}

/// Waits for Ctrl-C; for ever where the system cannot tell of it, since it then ends the program by itself.
async fn wait_for_ctrl_c() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
