using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace HybridStore.Tests.Ingest.Workbooks;

/// <summary>Writes workbooks as Excel does: numbers as doubles, days as numbers with a style, texts shared.</summary>
internal sealed class XlsxFile : IDisposable
{
    private const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    private const string Relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    private const string StrictMain = "http://purl.oclc.org/ooxml/spreadsheetml/main";

    private readonly ZipArchive _archive;
    private readonly List<(string Name, bool IsHidden)> _sheets = [];
    private readonly Dictionary<string, int> _texts = [];

    /// <summary>Whether days are counted from 1904.</summary>
    internal bool IsDate1904 { get; init; }

    /// <summary>Whether it says that it is of ISO 29500's strict kind.</summary>
    internal bool IsStrict { get; init; }

    internal XlsxFile(string path) => _archive = ZipFile.Open(path, ZipArchiveMode.Create);

    /// <summary>Adds a sheet, row by row.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">Cells: double, int, decimal, bool, DateTime, TimeSpan (a time of day), a <see cref="Serial"/>, text; a text
    /// that begins with = is the error behind it; null for none.</param>
    /// <param name="isHidden">Whether a person does not see it.</param>
    internal XlsxFile Sheet(string name, IEnumerable<object?[]> rows, bool isHidden = false)
    {
        _sheets.Add((name, isHidden));
        using var writer = new StreamWriter(_archive.CreateEntry($"xl/worksheets/sheet{_sheets.Count}.xml", CompressionLevel.Fastest).Open());
        writer.Write($"<worksheet xmlns=\"{Main}\"><sheetData>");
        var number = 0;
        foreach (var row in rows)
        {
            number++;
            if (row.Length == 0) continue;
            writer.Write($"<row r=\"{number}\">");
            for (var column = 0; column < row.Length; column++) writer.Write(Cell(row[column], $"{(char)('A' + column)}{number}"));
            writer.Write("</row>");
        }

        writer.Write("</sheetData></worksheet>");
        return this;
    }

    public void Dispose()
    {
        Part("[Content_Types].xml", "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>");
        Part("_rels/.rels", Rels(("rId1", "officeDocument", "xl/workbook.xml")));
        Part(
            "xl/workbook.xml",
            $"<workbook xmlns=\"{(IsStrict ? StrictMain : Main)}\" xmlns:r=\"{Relations}\"><workbookPr date1904=\"{(IsDate1904 ? 1 : 0)}\"/><sheets>{string.Concat(_sheets.Select((sheet, index) => $"<sheet name=\"{SecurityElement.Escape(sheet.Name)}\" sheetId=\"{index + 1}\" r:id=\"rId{index + 1}\"{(sheet.IsHidden ? " state=\"hidden\"" : "")}/>"))}</sheets></workbook>");
        Part("xl/_rels/workbook.xml.rels", Rels([.. _sheets.Select((_, index) => ($"rId{index + 1}", "worksheet", $"worksheets/sheet{index + 1}.xml")), ("rId900", "sharedStrings", "sharedStrings.xml"), ("rId901", "styles", "styles.xml")]));
        Part("xl/sharedStrings.xml", $"<sst xmlns=\"{Main}\">{string.Concat(_texts.Keys.Select(text => $"<si><t xml:space=\"preserve\">{SecurityElement.Escape(text)}</t></si>"))}</sst>");
        Part(
            "xl/styles.xml",
            $"<styleSheet xmlns=\"{Main}\"><cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"22\"/><xf numFmtId=\"21\"/><xf numFmtId=\"46\"/></cellXfs></styleSheet>");
        _archive.Dispose();
    }

    private string Cell(object? value, string place) => value switch
    {
        null => "",
        bool flag => $"<c r=\"{place}\" t=\"b\"><v>{(flag ? 1 : 0)}</v></c>",
        DateTime day when day.TimeOfDay == TimeSpan.Zero => $"<c r=\"{place}\" s=\"1\"><v>{day.ToOADate():R}</v></c>",
        DateTime time => $"<c r=\"{place}\" s=\"2\"><v>{time.ToOADate():R}</v></c>",
        TimeSpan time => $"<c r=\"{place}\" s=\"3\"><v>{time.TotalDays:R}</v></c>",
        Serial serial => $"<c r=\"{place}\" s=\"{(int)serial.Style}\"><v>{serial.Text}</v></c>",
        string error when error.StartsWith('=') => $"<c r=\"{place}\" t=\"e\"><v>{error[1..]}</v></c>",
        string text => $"<c r=\"{place}\" t=\"s\"><v>{Shared(text)}</v></c>",
        _ => $"<c r=\"{place}\"><v>{Convert.ToString(value, CultureInfo.InvariantCulture)}</v></c>",
    };

    private int Shared(string text)
    {
        if (!_texts.TryGetValue(text, out var index)) _texts.Add(text, index = _texts.Count);
        return index;
    }

    private static string Rels(params (string Id, string Type, string Target)[] relations) =>
        $"<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">{string.Concat(relations.Select(relation => $"<Relationship Id=\"{relation.Id}\" Type=\"{Relations}/{relation.Type}\" Target=\"{relation.Target}\"/>"))}</Relationships>";

    private void Part(string name, string xml)
    {
        using var stream = _archive.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + xml));
    }

    /// <summary>A number as it stands in the file, shown in one of the styles.</summary>
    internal sealed record Serial(string Text, CellStyle Style = CellStyle.Plain);

    /// <summary>How a number is shown.</summary>
    internal enum CellStyle
    {
        Plain,
        Day,
        DayAndTime,
        TimeOfDay,

        /// <summary>[h]:mm:ss, which counts hours beyond a day.</summary>
        Duration,
    }
}
