using System.IO.Compression;
using System.Xml;
using System.Xml.Linq;
using HybridStore.Ingest.Archives;
using HybridStore.Native.Posix;

namespace HybridStore.Ingest.Workbooks;

/// <summary>An Excel workbook (.xlsx, .xlsm): which sheets it has.</summary>
internal static class Workbook
{
    /// <remarks>Source: ISO/IEC 29500-1, part "Strict".</remarks>
    private const string StrictNamespace = "http://purl.oclc.org/ooxml/spreadsheetml/main";

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
        if (IsOldOrEncrypted(file))
        {
            throw new InvalidDataException(
                "It is encrypted, or an old .xls workbook under another name. Save it as .xlsx without a password.");
        }

        if (limits.Refuse(file.Length, ZipDirectory.Read(path)) is { } refusal) throw new InvalidDataException($"It {refusal}");
        var book = ReadBook(file);
        if (book.Name.NamespaceName == StrictNamespace)
        {
            throw new InvalidDataException(
                "It is a Strict Open XML workbook, which is not read. Save it in Excel as 'Excel Workbook (.xlsx)'.");
        }

        var sheets = book.Descendants().Where(element => element.Name.LocalName == "sheet");
        return [.. sheets.Select(sheet => ((string?)sheet.Attribute("name") ?? "", sheet.Attribute("state") is { Value: not "visible" }))];
    }

    /// <summary>The day before the first that a workbook counts: 1900, or 1904 as on old Macs.</summary>
    /// <param name="path">The workbook.</param>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    internal static DateTime FirstDay(string path)
    {
        using var file = RegularFile.OpenStream(path);
        var settings = ReadBook(file).Elements().FirstOrDefault(element => element.Name.LocalName == "workbookPr");
        return settings?.Attribute("date1904")?.Value is "1" or "true" ? new DateTime(1904, 1, 1) : new DateTime(1899, 12, 31);
    }

    private static XElement ReadBook(FileStream file)
    {
        try
        {
            using var archive = new ZipArchive(file, ZipArchiveMode.Read, leaveOpen: true);
            var entry = archive.GetEntry("xl/workbook.xml") ?? throw new InvalidDataException("It holds no workbook of the .xlsx kind.");
            using var stream = entry.Open();
            using var xml = XmlReader.Create(stream, new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XDocument.Load(xml).Root!;
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
