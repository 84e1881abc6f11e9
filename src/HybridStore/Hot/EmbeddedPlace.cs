using System.IO.Hashing;
using System.Text;
using HybridStore.Native.Posix;

namespace HybridStore.Hot;

/// <summary>Where an embedded server's data and programs are, and under which account it runs.</summary>
/// <param name="Home">The folder with the server's <c>data</c> and <c>server.log</c>.</param>
/// <param name="Programs">The folder with <c>bin</c>, <c>lib</c> and <c>share</c>.</param>
/// <param name="Account">Who runs it; null for the account of this process.</param>
/// <remarks>
/// Postgres refuses to run as root. So for root it runs as the account that owns its data already, else as the owner of the store,
/// else as <c>nobody</c>; and when that account cannot reach the store (below <c>/root</c>, say) the data is outside of it, with
/// a pointer in the store's hot folder.
/// </remarks>
internal sealed record EmbeddedPlace(string Home, string Programs, Account? Account)
{
    private const string DataName = "data";
    private const string UnprivilegedAccount = "nobody";
    private const string OutsideFolder = "/var/lib/hybrid";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode EveryoneReads = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    /// <summary>The database's files.</summary>
    internal string Data => Path.Combine(Home, DataName);

    /// <summary>What the server says.</summary>
    internal string Log => Path.Combine(Home, "server.log");

    /// <summary>Runs the server's programs.</summary>
    internal PostgresProgram Runner => new(Programs, Account);

    /// <summary>The home that a store has already, without making anything.</summary>
    /// <param name="paths">The store.</param>
    /// <returns>Null when the store has no server yet, or was copied from one that has.</returns>
    internal static string? FindHome(StorePaths paths)
    {
        var pointer = PointerPath(paths);
        if (!File.Exists(pointer)) return Directory.Exists(InsideHome(paths)) ? InsideHome(paths) : null;
        var lines = File.ReadAllLines(pointer);
        var (home, store) = (lines[0], lines.ElementAtOrDefault(1) ?? "");
        var isCopy = store != paths.Hot && File.Exists(Path.Combine(store, Path.GetFileName(pointer)));
        return isCopy || !Directory.Exists(home) ? null : home;
    }

    /// <summary>The database's files of a store's server; null when there is none yet.</summary>
    internal static string? FindData(StorePaths paths) => FindHome(paths) is { } home ? Path.Combine(home, DataName) : null;

    /// <summary>What is free on the disk of a server's data.</summary>
    /// <returns>Null when there is no server yet.</returns>
    internal static long? FreeBytes(StorePaths paths) => FindHome(paths) is { } home ? new DriveInfo(home).AvailableFreeSpace : null;

    /// <summary>Finds or makes the place.</summary>
    /// <param name="paths">The store.</param>
    /// <param name="nativePrograms">Where the build put the server.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="StoreException">Environment: there is no place or account to run it.</exception>
    internal static async Task<EmbeddedPlace> PrepareAsync(StorePaths paths, string nativePrograms, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(paths.Hot);
        var home = FindHome(paths);
        if (!Environment.IsPrivilegedProcess)
        {
            home ??= InsideHome(paths);
            Directory.CreateDirectory(home, OwnerOnly);
            CheckData(home, FileStatus.Of("/proc/self")?.UserId, "this account");
            return new EmbeddedPlace(home, IsPlain(nativePrograms) ? nativePrograms : CopyPrograms(nativePrograms, paths.Hot), Account: null);
        }

        var account = ChooseAccount(home ?? paths.Root);
        if (home is null)
        {
            var inside = await CanReachAsync(account, paths.Hot, "-x", cancellationToken).ConfigureAwait(false);
            home = inside ? InsideHome(paths) : Path.Combine(OutsideFolder, $"store-{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(paths.Hot)):x16}");
            if (!inside) Directory.CreateDirectory(OutsideFolder, EveryoneReads);
            Directory.CreateDirectory(home, OwnerOnly);
            account.Own(home);
            if (!inside) await File.WriteAllTextAsync(PointerPath(paths), $"{home}\n{paths.Hot}\n", cancellationToken).ConfigureAwait(false);
        }
        else if (!await CanReachAsync(account, home, "-x", cancellationToken).ConfigureAwait(false))
        {
            throw Unusable(home, $"account '{account.Name}', under which it runs for root, cannot enter the folder");
        }

        CheckData(home, account.UserId, $"account '{account.Name}'");

        var program = Path.Combine(nativePrograms, "bin", "postgres");
        var reachable = IsPlain(nativePrograms) && await CanReachAsync(account, program, "-x", cancellationToken).ConfigureAwait(false);
        return new EmbeddedPlace(home, reachable ? nativePrograms : CopyPrograms(nativePrograms, OutsideFolder), account);
    }

    /// <summary>Refuses data that Postgres would refuse, as that of a store that was copied or restored may be; the message names the folder.</summary>
    private static void CheckData(string home, uint? userId, string account)
    {
        var data = Path.Combine(home, DataName);
        if (FileStatus.Of(data) is not { } status) return;
        if (userId is not null && status.UserId != userId)
        {
            throw Unusable(home, $"its data belongs to '{Account.Find(status.UserId)?.Name ?? $"user {status.UserId}"}', expected {account}");
        }

        const UnixFileMode tooWide = EveryoneReads & ~OwnerOnly & ~(UnixFileMode.GroupRead | UnixFileMode.GroupExecute) | UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
        if ((File.GetUnixFileMode(data) & tooWide) != 0) throw Unusable(home, "its data may be read or changed by other accounts, expected mode 0700 of the folder data");
    }

    private static StoreException Unusable(string home, string reason) => new(
        StoreErrorKind.Environment,
        $"{home}: the embedded Postgres cannot start: {reason}. A copy or a restore of the store may have changed that. "
        + "Delete the folder, and 'hybrid sync' fills a new one from the lake; or copy the store with owners and modes (cp -a, rsync -a).");

    private static string InsideHome(StorePaths paths) => Path.Combine(paths.Hot, "postgres");

    private static string PointerPath(StorePaths paths) => Path.Combine(paths.Hot, "elsewhere");

    /// <summary>pg_ctl hands the path of its programs to a shell between double quotes.</summary>
    private static bool IsPlain(string path) => path.AsSpan().IndexOfAny("\"$`\\\n") < 0;

    private static Account ChooseAccount(string folder)
    {
        if (FileStatus.Of(folder) is not { } status)
        {
            throw new StoreException(
                StoreErrorKind.Environment,
                "The embedded Postgres does not run as root on this system. Run hybrid under another account, or set HYBRID_PG to a Postgres of your own.");
        }

        return (status.UserId != 0 ? Account.Find(status.UserId) : null)
            ?? Account.Find(UnprivilegedAccount)
            ?? throw new StoreException(
                StoreErrorKind.Environment,
                $"The embedded Postgres does not run as root, and this machine has no account '{UnprivilegedAccount}' to run it under. Run hybrid under another account, or set HYBRID_PG to a Postgres of your own.");
    }

    /// <summary>Asks the system itself, as that account: modes, groups, lists and mounts are all in its answer.</summary>
    private static async Task<bool> CanReachAsync(Account account, string path, string test, CancellationToken cancellationToken)
    {
        var outcome = await new PostgresProgram("/", account)
            .RunAsync("/bin/sh", "/", ["-c", "test \"$1\" \"$2\"", "sh", test, path], cancellationToken).ConfigureAwait(false);
        return outcome.ExitCode == 0;
    }

    /// <summary>Copies the server to a place that every account can read; complete or not there at all.</summary>
    private static string CopyPrograms(string source, string folder)
    {
        var program = new FileInfo(Path.Combine(source, "bin", "postgres"));
        var stamp = $"{program.Length}-{program.LastWriteTimeUtc.Ticks}";
        var target = Path.Combine(folder, $"programs-{XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(stamp)):x16}");
        if (Directory.Exists(target)) return target;

        Directory.CreateDirectory(folder, EveryoneReads);
        var unfinished = Path.Combine(folder, $"{Path.GetFileName(target)}.{Environment.ProcessId}");
        CopyFolder(source, unfinished);
        try
        {
            Directory.Move(unfinished, target);
        }
        catch (IOException) when (Directory.Exists(target))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        return target;
    }

    private static void CopyFolder(string source, string target)
    {
        Directory.CreateDirectory(target, EveryoneReads);
        foreach (var entry in new DirectoryInfo(source).EnumerateFileSystemInfos())
        {
            var path = Path.Combine(target, entry.Name);
            if (entry.LinkTarget is { } link) File.CreateSymbolicLink(path, link);
            else if (entry is DirectoryInfo) CopyFolder(entry.FullName, path);
            else if (entry.Extension != ".a") File.Copy(entry.FullName, path);
        }
    }
}
