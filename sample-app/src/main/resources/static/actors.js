import { createClient } from "./vendor/rivetkit-client.js";

// its devtools would come from a server of RivetKit's
export const client = createClient({ endpoint: new URL("api/rivet", document.baseURI).href, devtools: false });

/**
 * Keeps a connection to an actor open. The client opens a lost one again, but gives up if that is refused, as it is while
 * the server restarts.
 */
export function stayConnected(handle, { events, whenStatus, whenConnected }) {
  let connection, waiting, closed;
  const connect = () => {
    connection = handle.connect();
    for (const [event, listener] of Object.entries(events)) {
      connection.on(event, listener);
    }
    connection.onStatusChange(async (status) => {
      if (closed) {
        return;
      }
      whenStatus(status);
      if (status === "idle") {
        waiting = setTimeout(connect, 1000);
      } else if (status === "connected") {
        // after the client has subscribed to the events, so that none is missed between
        await null;
        // a failure shows in the status
        await whenConnected(connection).catch(() => {});
      }
    });
  };
  connect();
  return {
    actor: () => connection,
    close() {
      closed = true;
      clearTimeout(waiting);
      connection.dispose();
    },
  };
}

export const $ = (id) => document.getElementById(id);

export function element(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}

let complaint;
export function complain(message) {
  clearTimeout(complaint);
  $("problem").textContent = message;
  $("problem").hidden = false;
  complaint = setTimeout(() => ($("problem").hidden = true), 5000);
}
