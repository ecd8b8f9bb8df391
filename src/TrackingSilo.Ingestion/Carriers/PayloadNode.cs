using System.Globalization;
using System.Text;
using System.Text.Unicode;
using System.Xml;
using System.Xml.Linq;
using System.Xml.XPath;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using TrackingSilo.Engine;

namespace TrackingSilo.Ingestion.Carriers;

/// <summary>A place in a payload, whatever the payload is made of.</summary>
abstract class PayloadNode
{
    /// <summary>Where the paths lead, in the order of the payload; a path of another form than the payload leads nowhere.</summary>
    public abstract IEnumerable<PayloadNode> All(string path);

    /// <summary>The text here; null: there is none.</summary>
    public abstract string? Text { get; }

    public IEnumerable<PayloadNode> All(IEnumerable<string> paths) => paths.SelectMany(All);

    /// <summary>The first text that one of the paths leads to, without blanks at its ends.</summary>
    public string? First(IEnumerable<string> paths)
        => paths.SelectMany(All).Select(node => node.Text?.Trim()).FirstOrDefault(text => !string.IsNullOrEmpty(text));

    /// <exception cref="PayloadException">It is none; the message says why.</exception>
    public static PayloadNode Read(PayloadFormat format, ReadOnlyMemory<byte> payload)
        => format == PayloadFormat.Xml ? XmlNode.Read(payload) : JsonNode.Read(payload);

    /// <summary>What is wrong with a path; null: nothing.</summary>
    public static string? WhyNot(PayloadFormat format, string path)
    {
        try
        {
            if (format == PayloadFormat.Xml)
                XPathExpression.Compile(path);
            else
                _ = new JObject().SelectTokens(path).Count();
            return null;
        }
        catch (Exception e) when (e is XPathException or JsonException or ArgumentException)
        {
            return e.Message;
        }
    }

    sealed class JsonNode(JToken token) : PayloadNode
    {
        public override IEnumerable<PayloadNode> All(string path) => token.SelectTokens(path).Select(found => new JsonNode(found));

        public override string? Text => token switch
        {
            JValue { Value: null } => null,
            JValue value => Convert.ToString(value.Value, CultureInfo.InvariantCulture),
            _ => null,
        };

        public static JsonNode Read(ReadOnlyMemory<byte> payload)
        {
            if (!Utf8.IsValid(payload.Span))
                throw new PayloadException("the payload is not UTF-8");
            try
            {
                using var reader = new JsonTextReader(new StringReader(Encoding.UTF8.GetString(payload.Span).TrimStart('\uFEFF')))
                {
                    MaxDepth = Limits.CarrierPayloadDepthMax, DateParseHandling = DateParseHandling.None, FloatParseHandling = FloatParseHandling.Decimal,
                };
                var root = JToken.ReadFrom(reader, new JsonLoadSettings { DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Replace });
                while (reader.Read())
                {
                    if (reader.TokenType != JsonToken.Comment)
                        throw new PayloadException("something follows the JSON value");
                }
                return new JsonNode(root);
            }
            catch (Exception e) when (e is JsonException or OverflowException)
            {
                throw new PayloadException("not JSON: " + e.Message, e);
            }
        }
    }

    sealed class XmlNode(XObject node) : PayloadNode
    {
        public override IEnumerable<PayloadNode> All(string path)
            => node is XElement element && element.XPathEvaluate(path) is IEnumerable<object> found
                ? found.OfType<XObject>().Select(item => new XmlNode(item))
                : [];

        public override string? Text => node switch
        {
            XElement element => element.Value,
            XAttribute attribute => attribute.Value,
            XText text => text.Value,
            _ => null,
        };

        public static XmlNode Read(ReadOnlyMemory<byte> payload)
        {
            var settings = new XmlReaderSettings
            {
                DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true,
                MaxCharactersInDocument = Limits.CarrierPayloadMaxBytes,
            };
            try
            {
                using var reader = XmlReader.Create(new MemoryStream(payload.ToArray(), writable: false), settings);
                // The root's parent, so that absolute paths find the root.
                var document = new XDocument();
                XContainer here = document;
                while (reader.Read())
                {
                    switch (reader.NodeType)
                    {
                        case XmlNodeType.Element when reader.Depth >= Limits.CarrierPayloadDepthMax:
                            throw new PayloadException($"elements lie more than {Limits.CarrierPayloadDepthMax} deep");
                        case XmlNodeType.Element:
                            var element = WithoutNamespaces(reader);
                            here.Add(element);
                            if (!reader.IsEmptyElement)
                                here = element;
                            break;
                        case XmlNodeType.EndElement:
                            here = (XContainer?)here.Parent ?? document;
                            break;
                        case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                            here.Add(new XText(reader.Value));
                            break;
                    }
                }
                return new XmlNode(document.Root!);
            }
            catch (XmlException e)
            {
                throw new PayloadException("not XML: " + e.Message, e);
            }
        }

        // Carriers change their namespaces with each version and their elements never: a path of plain names is what a clerk can read.
        static XElement WithoutNamespaces(XmlReader reader)
        {
            var element = new XElement(reader.LocalName);
            for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
            {
                if (reader.Prefix != "xmlns" && reader.LocalName != "xmlns")
                    element.SetAttributeValue(reader.LocalName, reader.Value);
            }
            reader.MoveToElement();
            return element;
        }
    }
}

/// <summary>A payload cannot be read; the message says why.</summary>
sealed class PayloadException(string message, Exception? inner = null) : Exception(message, inner);
