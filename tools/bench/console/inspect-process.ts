/** Asks another Node process for its heap and processor time, through the inspector that SIGUSR1 starts. */
import { freePort } from "@spillway/kit/processes/free-port.ts";
import { until } from "@spillway/kit/processes/until.ts";

export type Inspected = Disposable & {
  /** Of its heap, after a full collection. */
  readonly heapBytes: () => Promise<number>;
  /** All that it has used, of all its threads. */
  readonly processorMs: () => Promise<number>;
};

const LISTENS_WITHIN_MS = 20_000;

type Target = { readonly webSocketDebuggerUrl: string };
type Result = { readonly usedSize?: number; readonly result?: { readonly value?: unknown } };
type Message = { readonly id?: number; readonly result?: Result };

/** The variables with which a process is to be started, so that its heap can be read. */
export async function inspectable(): Promise<{ readonly port: number; readonly NODE_OPTIONS: string }> {
  const port = await freePort();
  return { port, NODE_OPTIONS: `--inspect-port=127.0.0.1:${port}` };
}

export async function inspect(pid: number, port: number): Promise<Inspected> {
  process.kill(pid, "SIGUSR1");
  let address = "";
  const find = async (): Promise<boolean> => {
    const response = await fetch(`http://127.0.0.1:${port}/json/list`);
    const [target] = (await response.json()) as readonly Target[];
    address = target?.webSocketDebuggerUrl ?? "";
    return address !== "";
  };
  await until(`process ${pid} is inspected`, find, { withinMs: LISTENS_WITHIN_MS });
  const socket = new WebSocket(address);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error(`process ${pid} is not inspected`)), {
      once: true,
    });
  });
  let last = 0;
  const call = (method: string, params = {}): Promise<Message> => {
    const id = (last += 1);
    return new Promise((resolve) => {
      const listen = ({ data }: MessageEvent): void => {
        const message = JSON.parse(String(data)) as Message;
        if (message.id !== id) return;
        socket.removeEventListener("message", listen);
        resolve(message);
      };
      socket.addEventListener("message", listen);
      socket.send(JSON.stringify({ id, method, params }));
    });
  };
  return {
    processorMs: async () => {
      const expression = "process.cpuUsage().user + process.cpuUsage().system";
      const answered = await call("Runtime.evaluate", { expression, returnByValue: true });
      return Number(answered.result?.result?.value) / 1000;
    },
    heapBytes: async () => {
      await call("HeapProfiler.collectGarbage");
      return (await call("Runtime.getHeapUsage")).result?.usedSize ?? Number.NaN;
    },
    [Symbol.dispose]: () => socket.close(),
  };
}
