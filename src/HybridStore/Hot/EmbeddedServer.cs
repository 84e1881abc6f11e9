using Npgsql;

namespace HybridStore.Hot;

/// <summary>A running embedded Postgres.</summary>
/// <param name="ProcessId">The server's process.</param>
/// <param name="Port">Its port on 127.0.0.1.</param>
/// <param name="SocketFolder">The folder of its unix socket; empty when it has none.</param>
/// <param name="PasswordPath">The file with its password, in the format of <c>.pgpass</c>; readable by its owner only.</param>
public sealed record EmbeddedServer(int ProcessId, int Port, string SocketFolder, string PasswordPath)
{
    /// <summary>A URI for libpq's clients (psql, psycopg, ...), without the password: it names the file that holds it.</summary>
    public string Url => $"postgresql://{EmbeddedPostgres.User}@127.0.0.1:{Port}/{EmbeddedPostgres.Database}?passfile={Uri.EscapeDataString(PasswordPath)}";

    /// <summary>How hybrid itself connects.</summary>
    /// <param name="database">Which database.</param>
    /// <remarks>
    /// By TCP: .NET waits asynchronously on a unix socket, whose buffer is small and does not grow, for 0.8 to 1.3 CPU seconds where 0.5 GB of
    /// COPY take 0.3 by TCP. See results/hot.md of the benchmarks.
    /// </remarks>
    internal NpgsqlConnectionStringBuilder Connection(string database) => new()
    {
        Host = "127.0.0.1",
        Port = Port,
        Username = EmbeddedPostgres.User,
        Password = new PasswordFile(PasswordPath).Read(),
        Database = database,
    };
}
