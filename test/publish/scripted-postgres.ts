import { createServer, type Server, type Socket } from 'node:net';

/** What the server answers to a query: rows of text, or an error by its SQLSTATE. */
export type Answer =
  | { readonly columns: readonly string[]; readonly rows: readonly (readonly (string | null)[])[] }
  | { readonly error: string; readonly message: string };

const PASSWORD = 3;
const SSL_REQUEST = 80_877_103;

/**
 * A server that speaks enough of PostgreSQL's protocol (version 3) for a client that logs in with a password and sends
 * simple queries: it knows answers, not SQL. For machines without PostgreSQL.
 */
export class ScriptedPostgres {
  readonly #server: Server;
  readonly #password: string;
  readonly #answer: (sql: string) => Answer;
  readonly queries: string[] = [];

  private constructor(password: string, answer: (sql: string) => Answer) {
    this.#password = password;
    this.#answer = answer;
    this.#server = createServer((socket) => this.#serve(socket));
  }

  static async start(password: string, answer: (sql: string) => Answer): Promise<ScriptedPostgres> {
    const scripted = new ScriptedPostgres(password, answer);
    await new Promise<void>((resolve) => {
      scripted.#server.listen(0, '127.0.0.1', resolve);
    });
    return scripted;
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  async close(): Promise<void> {
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(socket: Socket): void {
    let bytes = Buffer.alloc(0);
    let isStarted = false;
    socket.on('error', () => socket.destroy());
    socket.on('data', (piece) => {
      bytes = Buffer.concat([bytes, piece]);
      for (;;) {
        // The first message has no type byte.
        const at = isStarted ? 1 : 0;
        if (bytes.length < at + 4) return;
        const length = at + bytes.readUInt32BE(at);
        if (bytes.length < length) return;
        const body = bytes.subarray(at + 4, length);
        const type = isStarted ? String.fromCharCode(bytes[0] ?? 0) : 'start';
        bytes = bytes.subarray(length);
        if (type === 'start' && body.readUInt32BE(0) === SSL_REQUEST) socket.write('N');
        else {
          isStarted = true;
          this.#message(socket, type, body);
        }
      }
    });
  }

  #message(socket: Socket, type: string, body: Buffer): void {
    if (type === 'start') socket.write(message('R', int32(PASSWORD)));
    else if (type === 'X') socket.end();
    else if (type === 'p') {
      if (textOf(body) === this.#password)
        socket.write(Buffer.concat([message('R', int32(0)), ready()]));
      else socket.end(failure('28P01', 'password authentication failed for user "owner"'));
    } else if (type === 'Q') {
      const sql = textOf(body);
      this.queries.push(sql);
      socket.write(Buffer.concat([this.#reply(sql), ready()]));
    }
  }

  #reply(sql: string): Buffer {
    const answer = this.#answer(sql);
    if ('error' in answer) return failure(answer.error, answer.message);
    const done = message('C', Buffer.from('SELECT 0\0'));
    if (answer.columns.length === 0) return done;
    return Buffer.concat([describe(answer.columns), ...answer.rows.map(dataRow), done]);
  }
}

function message(type: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

function ready(): Buffer {
  return message('Z', Buffer.from('I'));
}

function failure(code: string, text: string): Buffer {
  return message('E', Buffer.from(`SERROR\0VERROR\0C${code}\0M${text}\0\0`));
}

/** All columns are text, by the type's number 25. */
function describe(columns: readonly string[]): Buffer {
  const fields = columns.map((name) =>
    Buffer.concat([
      Buffer.from(`${name}\0`),
      int32(0),
      int16(0),
      int32(25),
      int16(-1),
      int32(-1),
      int16(0),
    ]),
  );
  return message('T', Buffer.concat([int16(columns.length), ...fields]));
}

function dataRow(row: readonly (string | null)[]): Buffer {
  const cells = row.map((cell) => {
    if (cell === null) return int32(-1);
    const bytes = Buffer.from(cell);
    return Buffer.concat([int32(bytes.length), bytes]);
  });
  return message('D', Buffer.concat([int16(row.length), ...cells]));
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function textOf(body: Buffer): string {
  return body.subarray(0, body.indexOf(0)).toString('utf8');
}
