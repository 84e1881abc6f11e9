using System.Globalization;
using HybridStore.Lake;

namespace HybridStore.Ingest;

/// <summary>The name of a quarantine file, which says what must be committed for its rows to count.</summary>
/// <param name="Identity">The source's.</param>
/// <param name="At">Where in the source the step began whose rejects it holds.</param>
/// <param name="Retries">How many retries of those rows came before it.</param>
/// <remarks>
/// A file is written before the commit that counts it. One whose commit did not come to be (a crash, an undo) is not part of the quarantine,
/// and neither is one whose rows were retried since: the log alone decides, as for data files. FORMAT.md, "Quarantine".
/// </remarks>
internal sealed record RejectFileName(string Identity, SourceProgress At, long Retries)
{
    internal const string FolderName = "_rejects";
    private const string Extension = ".ndjson";
    private const string RetryPrefix = "hybrid.rejects.";

    /// <summary>The transaction id that counts the retries of these rows.</summary>
    internal string RetryId => $"{RetryPrefix}{Identity}_{At}";

    /// <summary>The quarantine files of a dataset that count, oldest source first.</summary>
    /// <param name="snapshot">The lake.</param>
    internal static IReadOnlyList<(RejectFileName Name, string Path)> Live(LakeSnapshot snapshot)
    {
        var folder = Path.Combine(snapshot.Folder, FolderName);
        if (!Directory.Exists(folder)) return [];
        return [.. from path in Directory.EnumerateFiles(folder, "*" + Extension)
                   let name = TryParse(Path.GetFileName(path))
                   where name?.IsLive(snapshot) == true
                   orderby File.GetLastWriteTimeUtc(path), path
                   select (name, path)];
    }

    /// <summary>Where the file is.</summary>
    /// <param name="datasetFolder">The dataset's folder.</param>
    internal string In(string datasetFolder) => Path.Combine(datasetFolder, FolderName, ToString());

    /// <summary>The file's name.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Identity}_{At}_{Retries}{Extension}");

    private static RejectFileName? TryParse(string name)
    {
        if (Path.GetFileNameWithoutExtension(name).Split('_') is not [var identity, var at, var retries]) return null;
        return SourceProgress.TryParse(at) is { } progress && long.TryParse(retries, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            ? new RejectFileName(identity, progress, count)
            : null;
    }

    private bool IsLive(LakeSnapshot snapshot) =>
        At.IsBefore(SourceProgress.Of(Identity, snapshot)) && Retries == snapshot.AppTransactions.GetValueOrDefault(RetryId);
}
