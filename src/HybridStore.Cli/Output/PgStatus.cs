using HybridStore.Hot;

namespace HybridStore.Cli.Output;

/// <summary>The store's own Postgres, as the command line shows it.</summary>
internal sealed record PgStatus(bool Running, string? Url, int? Pid, int? Port, string? Socket, string? Folder, long DataBytes)
{
    internal static PgStatus Of(EmbeddedPostgresStatus status) => new(
        status.Server is not null,
        status.Server?.Url,
        status.Server?.ProcessId,
        status.Server?.Port,
        status.Server?.SocketFolder,
        status.Home,
        status.DataBytes);

    internal string ToText() => Folder is null
        ? "Postgres was not started yet: 'hybrid sync' or 'hybrid pg start' does it"
        : Running
            ? $"Postgres runs (process {Pid}, port {Port}); its data ({ByteSize.ToText(DataBytes)}) is in {Folder}\n{Url}"
            : $"Postgres does not run; its data ({ByteSize.ToText(DataBytes)}) is in {Folder}";
}
