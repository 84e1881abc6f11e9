using System.IO.Compression;
using System.Xml;
using System.Xml.Linq;
using HybridStore.Ingest.Archives;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest.Workbooks;

/// <summary>An Excel workbook (.xlsx, .xlsm): which sheets it has.</summary>
internal static class Workbook
{
    /// <summary>Whether a file is one by its name.</summary>
    internal static bool IsName(string path) => Path.GetExtension(path).ToLowerInvariant() is ".xlsx" or ".xlsm";

    /// <summary>Lists the sheets of cells, in their order.</summary>
    /// <param name="path">The workbook.</param>
    /// <param name="limits">How much it may unpack to.</param>
    /// <returns>Names, and whether a person sees them.</returns>
    /// <exception cref="InvalidDataException">It is no workbook, is damaged or encrypted, or unpacks to too much.</exception>
    internal static IReadOnlyList<(string Name, bool IsHidden)> Sheets(string path, ArchiveLimits limits)
    {
        using var file = RegularFile.OpenStream(path);
        if (IsOldOrEncrypted(file)) throw new InvalidDataException("It is encrypted, or an old .xls workbook under another name. Save it as .xlsx without a password.");
        if (limits.Refuse(file.Length, ZipDirectory.Read(path)) is { } refusal) throw new InvalidDataException($"It {refusal}");
        try
        {
            using var archive = new ZipArchive(file);
            var entry = archive.GetEntry("xl/workbook.xml") ?? throw new InvalidDataException("It holds no workbook of the .xlsx kind.");
            using var stream = entry.Open();
            using var xml = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return [.. XDocument.Load(xml).Descendants().Where(element => element.Name.LocalName == "sheet").Select(sheet => ((string?)sheet.Attribute("name") ?? "", sheet.Attribute("state") is { Value: not "visible" }))];
        }
        catch (XmlException exception)
        {
            throw new InvalidDataException("Its list of sheets is not well formed: " + exception.Message, exception);
        }
    }

    /// <summary>Both kinds stand in a compound file, which is no zip archive.</summary>
    private static bool IsOldOrEncrypted(FileStream file)
    {
        Span<byte> head = stackalloc byte[4];
        return file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == head.Length && head.SequenceEqual<byte>([0xD0, 0xCF, 0x11, 0xE0]);
    }
}
