import { createServer } from "node:net";

/** Returns why this port of loopback cannot be used, or undefined when it is free. */
export function portProblem(port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      resolve(
        error.code === "EADDRINUSE"
          ? `Port ${port} is in use by another process.`
          : `Port ${port} cannot be used: ${error.message}.`,
      );
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
