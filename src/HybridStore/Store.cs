using System.Text.RegularExpressions;

namespace HybridStore;

/// <summary>A store: a folder with a lake of Parquet, and beside it the hot Postgres.</summary>
/// <remarks>Thread-safe; holds nothing open.</remarks>
public sealed partial class Store
{
    private Store(StorePaths paths, StoreSettings settings)
    {
        Paths = paths;
        Settings = settings;
    }

    /// <summary>Where its parts are.</summary>
    public StorePaths Paths { get; }

    /// <summary>What its <c>hybrid.json</c> says.</summary>
    public StoreSettings Settings { get; }

    /// <summary>Finds the store that a command means.</summary>
    /// <param name="explicitFolder">What <c>--store</c> says, if anything.</param>
    /// <param name="environmentFolder">What <c>HYBRID_STORE</c> says, if anything.</param>
    /// <param name="currentFolder">Where to look from.</param>
    /// <returns>The folder: the first that was said, else the nearest one above that holds <c>hybrid.json</c>, else <c>data</c>; it need not exist.</returns>
    /// <exception cref="StoreException">Usage: what was said is the address of something else than a folder.</exception>
    public static string Locate(string? explicitFolder, string? environmentFolder, string currentFolder)
    {
        if (!string.IsNullOrEmpty(explicitFolder)) return FullPath("--store", explicitFolder, currentFolder);
        if (!string.IsNullOrEmpty(environmentFolder)) return FullPath("HYBRID_STORE", environmentFolder, currentFolder);
        for (var folder = currentFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(new StorePaths(folder).Settings)) return folder;
        }

        return Path.Combine(currentFolder, "data");
    }

    /// <summary>Opens a store that exists.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <param name="environment">An environment variable's value, or null: <c>HYBRID_*</c> win over the store's settings. Null to leave them alone.</param>
    /// <exception cref="StoreException">Usage: there is no store, or the folder is an address. CorruptStore: its settings are broken.</exception>
    public static Store Open(string folder, Func<string, string?>? environment = null)
    {
        var paths = new StorePaths(FullPath("the store", folder, Environment.CurrentDirectory));
        if (!File.Exists(paths.Settings) && !Directory.Exists(paths.Lake))
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{paths.Root}: there is no store here. Make one with 'hybrid ingest FILES', or name another with --store or HYBRID_STORE.");
        }

        var settings = StoreSettings.Read(paths.Settings);
        return new Store(paths, environment is null ? settings : settings.OverriddenBy(environment));
    }

    /// <summary>Opens a store, and makes it first when there is none.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <exception cref="StoreException">
    /// Usage: the folder is an address. CorruptStore: its settings are broken. Environment: the folder cannot be made.
    /// </exception>
    public static Store OpenOrCreate(string folder)
    {
        var paths = new StorePaths(FullPath("the store", folder, Environment.CurrentDirectory));
        var settings = StoreSettings.Read(paths.Settings);
        try
        {
            Directory.CreateDirectory(paths.Lake);
            StoreSettings.WriteDefaults(paths.Settings);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StoreException(StoreErrorKind.Environment, $"{paths.Root}: the store cannot be made: {exception.Message}", exception);
        }

        return new Store(paths, settings);
    }

    /// <summary>A path as it is; an address such as <c>s3://bucket/lake</c> would make a folder <c>s3:</c>.</summary>
    private static string FullPath(string origin, string folder, string currentFolder)
    {
        if (Address().Match(folder) is not { Success: true } address) return Path.GetFullPath(folder, currentFolder);
        var reason = $"addresses with '{address.Groups[1].Value}:' are not supported";
        throw new StoreException(
            StoreErrorKind.Usage,
            $"{origin}: expected a folder of this machine, found '{folder}': {reason}. Give a path; './{folder}' is a folder of that name.");
    }

    /// <summary>A scheme of two letters or more, and a slash.</summary>
    [GeneratedRegex("^([a-z][a-z0-9+.-]+):/", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Address();
}
