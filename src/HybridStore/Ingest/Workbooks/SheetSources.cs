using HybridStore.Ingest.Archives;

namespace HybridStore.Ingest.Workbooks;

/// <summary>The sources in a workbook: its sheets.</summary>
internal static class SheetSources
{
    /// <summary>Lists the sheets to read.</summary>
    /// <param name="workbook">The workbook.</param>
    /// <param name="sheet">The one that the user wants; null for all that are not hidden.</param>
    /// <param name="limits">How much it may unpack to.</param>
    /// <param name="note">Told which sheets are left out.</param>
    /// <returns>One source a sheet; the workbook itself, with its problem, when it cannot be read.</returns>
    /// <exception cref="IOException">The workbook cannot be read.</exception>
    internal static IEnumerable<SourceFile> Of(SourceFile workbook, string? sheet, ArchiveLimits limits, Action<string> note)
    {
        IReadOnlyList<(string Name, bool IsHidden)> sheets;
        try
        {
            sheets = Workbook.Sheets(workbook.StoredPath, limits);
        }
        catch (InvalidDataException exception)
        {
            return [workbook with { Problem = $"{workbook.Path}: cannot be read: {exception.Message}" }];
        }

        var wanted = sheets.Where(found => sheet is null ? !found.IsHidden : found.Name.Equals(sheet, StringComparison.OrdinalIgnoreCase)).Select(found => found.Name).ToList();
        if (wanted.Count == 0) return [workbook with { Problem = $"{workbook.Path}: has {(sheet is null ? "no sheet that is not hidden" : $"no sheet '{sheet}'")}; its sheets are {string.Join(", ", sheets.Select(found => $"'{found.Name}'"))}." }];
        foreach (var hidden in sheets.Where(found => sheet is null && found.IsHidden)) note($"{workbook.Path}: left out the hidden sheet '{hidden.Name}' (--sheet reads it)");
        return wanted.Select(name => new SourceFile($"{workbook.Path}!{name}", workbook.SizeBytes / wanted.Count, SourceCompression.None)
        {
            StoredPath = workbook.StoredPath,
            Stamp = workbook.Stamp,
            Sheet = name,
        });
    }
}
