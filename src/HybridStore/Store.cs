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
    public static string Locate(string? explicitFolder, string? environmentFolder, string currentFolder)
    {
        if (!string.IsNullOrEmpty(explicitFolder)) return Path.GetFullPath(explicitFolder, currentFolder);
        if (!string.IsNullOrEmpty(environmentFolder)) return Path.GetFullPath(environmentFolder, currentFolder);
        for (var folder = currentFolder; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(new StorePaths(folder).Settings)) return folder;
        }

        return Path.Combine(currentFolder, "data");
    }

    /// <summary>Opens a store that exists.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <exception cref="StoreException">Usage: there is no store. CorruptStore: its settings are broken.</exception>
    public static Store Open(string folder)
    {
        var paths = new StorePaths(Path.GetFullPath(folder));
        if (!File.Exists(paths.Settings) && !Directory.Exists(paths.Lake))
        {
            throw new StoreException(
                StoreErrorKind.Usage,
                $"{paths.Root}: there is no store here. Make one with 'hybrid ingest FILES', or name another with --store or HYBRID_STORE.");
        }

        return new Store(paths, StoreSettings.Read(paths.Settings));
    }

    /// <summary>Opens a store, and makes it first when there is none.</summary>
    /// <param name="folder">The store's folder.</param>
    /// <exception cref="StoreException">CorruptStore: its settings are broken. Environment: the folder cannot be made.</exception>
    public static Store OpenOrCreate(string folder)
    {
        var paths = new StorePaths(Path.GetFullPath(folder));
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
}
